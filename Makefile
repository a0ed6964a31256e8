# `make run` and `make test` need nothing but Python 3.11, venv and make; the work is in nervion_cases/local/.
PYTHON ?= python3
VENV_PYTHON := .venv/bin/python

# An empty environment is enough: the standard folders are looked into whatever PATH says.
export PATH := $(if $(PATH),$(PATH):)/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PYTHONUTF8 := 1
export PYTHONUNBUFFERED := 1
unexport PYTHONPATH PYTHONHOME DJANGO_SETTINGS_MODULE

.PHONY: help run test check fix demo-reset bench faults backup restore

help:
	@echo "make run         instala, arranca la aplicación con datos de demostración y dice su dirección"
	@echo "make test        instala, revisa y corre todas las pruebas (ARGS=… para pytest)"
	@echo "make check       solo las revisiones        make fix   corrige el formato"
	@echo "make bench       mide y compara (ARGS=… para elegir)"
	@echo "make faults      golpea a propósito y cuenta lo que resiste (ARGS=\"F2 F17\" para elegir)"
	@echo "make backup      respalda la base de datos y los archivos de evidencia, y comprueba la copia"
	@echo "make restore     vuelve a un momento (ARGS=\"--to '2026-11-21 12:00'\", o ARGS=--rehearse para solo ensayarlo)"
	@echo "make demo-reset  borra los datos de demostración"

# One simple command a line, so that make starts Python itself and hands it the signals it gets.
run:
	@$(PYTHON) nervion_cases/local/install.py run
	@$(VENV_PYTHON) -m nervion_cases.local.run

test:
	@$(PYTHON) nervion_cases/local/install.py test
	@$(VENV_PYTHON) -m nervion_cases.local.checks test -n 2 --dist loadgroup $(ARGS)

check:
	@$(PYTHON) nervion_cases/local/install.py check
	@$(VENV_PYTHON) -m nervion_cases.local.checks

fix:
	@$(PYTHON) nervion_cases/local/install.py check
	@$(VENV_PYTHON) -m nervion_cases.local.checks fix

bench:
	@$(PYTHON) nervion_cases/local/install.py bench
	@$(VENV_PYTHON) -m nervion_cases.testing.bench $(ARGS)

faults:
	@$(PYTHON) nervion_cases/local/install.py faults
	@$(VENV_PYTHON) -m nervion_cases.testing.faults $(ARGS)

backup:
	@$(PYTHON) nervion_cases/local/install.py backup
	@$(VENV_PYTHON) -m nervion_cases.local.backup $(ARGS)

restore:
	@$(PYTHON) nervion_cases/local/install.py backup
	@$(VENV_PYTHON) -m nervion_cases.local.restore $(ARGS)

demo-reset:
	@$(PYTHON) nervion_cases/local/install.py reset
	@$(VENV_PYTHON) -m nervion_cases.local.reset
