import email
import smtplib
import stat
from email.message import EmailMessage
from email.policy import default

import pytest

from nervion_cases.local.mailsink import Keeper, sink_in_thread


def read(path):
    return email.message_from_bytes(path.read_bytes(), policy=default)


def test_a_message_is_kept_with_its_envelope(tmp_path):
    message = EmailMessage()
    message["Subject"] = "Recibimos su queja Q-2026-00001"
    message["To"] = "Lucía <lucia@cliente.example>"
    message.set_content("Decoloración del lote L-0421.")

    with sink_in_thread(tmp_path) as port, smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.send_message(message, "servicio@pinturasnervion.example", ["lucia@cliente.example", "copia@otra.example"])

    (file,) = tmp_path.glob("*.eml")
    kept = read(file)
    assert kept["X-Envelope-From"] == "servicio@pinturasnervion.example"
    assert kept["X-Envelope-To"] == "lucia@cliente.example, copia@otra.example"
    assert kept["X-Received-At"].endswith("+00:00")
    assert kept["Subject"] == "Recibimos su queja Q-2026-00001"
    assert kept.get_content().strip() == "Decoloración del lote L-0421."
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_names_sort_as_the_messages_came(tmp_path):
    keeper = Keeper(tmp_path)

    names = [keeper.store("a@b.example", ["c@d.example"], b"Subject: x\r\n\r\n").name for _ in range(5)]

    assert names == sorted(names)
    assert sorted(path.name for path in tmp_path.iterdir()) == names


def test_an_address_cannot_start_a_header_of_its_own(tmp_path):
    file = Keeper(tmp_path).store("a@b.example\r\nX-Evil: 1", ["ñandú@d.example"], b"Subject: x\r\n\r\n")

    kept = read(file)
    assert kept["X-Evil"] is None
    assert kept["X-Envelope-To"] == "ñandú@d.example"


def test_nothing_is_accepted_that_could_not_be_stored(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Keeper, "store", full)

    with sink_in_thread(tmp_path) as port, smtplib.SMTP("127.0.0.1", port) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            smtp.sendmail("a@b.example", ["c@d.example"], "Subject: x\r\n\r\n")

    assert refusal.value.smtp_code == 451
    assert list(tmp_path.iterdir()) == []


def test_half_a_message_is_never_seen(tmp_path, monkeypatch):
    def power_cut(_):
        raise OSError("power cut")

    monkeypatch.setattr("nervion_cases.local.mailsink.os.fsync", power_cut)

    with pytest.raises(OSError, match="power cut"):
        Keeper(tmp_path).store("a@b.example", ["c@d.example"], b"Subject: x\r\n\r\n")

    assert list(tmp_path.glob("*.eml")) == []
