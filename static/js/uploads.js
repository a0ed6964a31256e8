// Files go at once, one row each, with real progress; paste, drag, camera. Without JS the same field is sent with the form.
(() => {
  "use strict";

  const LIMIT = 15 * 1024 * 1024;
  const KINDS = /\.(jpe?g|png|hei[cf]|pdf)$/i;
  const TYPES = /^(image\/(jpeg|png|heic|heif)|application\/pdf)$/;
  const WORDS = {
    kind: "El archivo debe ser JPG, PNG, HEIC o PDF.",
    size: "El archivo debe pesar menos de 15 MB",
    empty: "El archivo está vacío",
    failed: "No se pudo subir el archivo. Inténtelo de nuevo",
  };

  const size = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`);
  const fault = (file) => {
    if (!file.size) return WORDS.empty;
    if (file.size > LIMIT) return WORDS.size;
    if (!KINDS.test(file.name) && !TYPES.test(file.type)) return WORDS.kind;
    return "";
  };

  const begin = (box) => {
    if (box.dataset.ready) return;
    box.dataset.ready = "yes";
    const input = box.querySelector("[data-file]");
    const rows = box.querySelector("[data-rows]");
    const model = box.querySelector("template[data-row]");
    const drop = box.querySelector("[data-drop]");
    const live = box.querySelector("[data-say]");
    const form = box.closest("form");
    const most = Number(box.dataset.max) || 10;
    const say = (words) => { live.textContent = words; };
    let pending = 0;
    let waiting = null;

    const changed = () => form?.dispatchEvent(new Event("change"));
    const finish = () => {
      pending -= 1;
      if (!pending && waiting) {
        const button = waiting.button;
        waiting = null;
        form.requestSubmit(button || undefined);
      }
    };

    const addRow = (file) => {
      const row = model.content.firstElementChild.cloneNode(true);
      row.querySelectorAll("[data-name]").forEach((place) => { place.textContent = file.name; });
      if (file.type.startsWith("image/") && !/hei[cf]/.test(file.type)) {
        // Shown only once it could be read: what is no picture keeps the mark of a file
        const picture = document.createElement("img");
        picture.className = "upload__thumb";
        picture.alt = "";
        picture.src = URL.createObjectURL(file);
        picture.addEventListener("load", () => row.querySelector("[data-thumb]")?.replaceWith(picture), { once: true });
      }
      rows.append(row);
      return row;
    };
    const wrong = (row, words, again) => {
      row.classList.add("upload--wrong");
      row.querySelector("[data-progress]")?.remove();
      const state = row.querySelector("[data-state]");
      state.textContent = words;
      if (again) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-link btn-sm";
        button.textContent = "Reintentar";
        button.addEventListener("click", () => { row.remove(); again(); });
        state.append(button);
      }
      say(`${row.querySelector("[data-name]").textContent}: ${words}`);
    };

    const send = (file) => {
      const row = addRow(file);
      const bad = fault(file);
      if (bad) { wrong(row, bad); return; }
      const bar = row.querySelector("[data-progress]");
      const state = row.querySelector("[data-state]");
      bar.setAttribute("aria-label", `Subiendo ${file.name}`);
      state.textContent = "Subiendo";
      const body = new FormData();
      body.append("file", file, file.name);
      const request = new XMLHttpRequest();
      row.request = request;
      pending += 1;
      request.open("POST", box.dataset.uploadUrl);
      request.responseType = "json";
      request.setRequestHeader("X-CSRFToken", window.nervion.csrf());
      request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
      request.setRequestHeader("Accept", "application/json");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const part = Math.round((event.loaded / event.total) * 100);
        bar.value = part;
        state.textContent = part < 100 ? `Subiendo ${part} %` : "Revisando el archivo";
      });
      request.addEventListener("load", () => {
        const said = request.response || {};
        if (request.status >= 200 && request.status < 300 && said.id) arrived(row, file, said);
        else wrong(row, said.error || (request.status === 413 ? WORDS.size : WORDS.failed), request.status >= 500 || !said.error ? () => send(file) : null);
        finish();
      });
      request.addEventListener("error", () => { wrong(row, WORDS.failed, () => send(file)); finish(); });
      request.addEventListener("abort", finish);
      request.send(body);
    };

    const arrived = (row, file, said) => {
      row.dataset.id = said.id;
      row.querySelector("[data-progress]")?.remove();
      row.querySelector("[data-state]").textContent = `✓ ${size(said.size || file.size)}`;
      row.querySelectorAll("[data-name]").forEach((place) => { place.textContent = said.name || file.name; });
      if (said.thumb_url) {
        const picture = document.createElement("img");
        picture.className = "upload__thumb";
        picture.alt = "";
        picture.src = said.thumb_url;
        row.querySelector(".upload__thumb").replaceWith(picture);
      }
      const number = document.createElement("input");
      number.type = "hidden";
      number.name = "evidence";
      number.value = said.id;
      row.append(number);
      say(`Se agregó ${said.name || file.name}`);
      changed();
    };

    const take = (files) => {
      const list = [...files];
      const room = most - rows.querySelectorAll(".upload:not(.upload--wrong)").length;
      list.slice(0, Math.max(0, room)).forEach(send);
      if (list.length > room) say(`Puede subir hasta ${most} archivos a la vez`);
      if (list.length > room) wrong(addRow(list[Math.max(0, room)]), `Puede subir hasta ${most} archivos a la vez`);
    };

    rows.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (!button) return;
      const row = button.closest(".upload");
      row.request?.abort();
      if (row.dataset.id && box.dataset.removeUrl) {
        window.nervion.post(box.dataset.removeUrl, new URLSearchParams({ evidence: row.dataset.id })).catch(() => {});
      }
      const next = row.nextElementSibling?.querySelector("[data-remove]") || box.querySelector(".drop__buttons button");
      say(`Se quitó ${row.querySelector("[data-name]").textContent}`);
      row.remove();
      next?.focus();
      changed();
    });
    rows.querySelectorAll("[data-remove][hidden]").forEach((button) => { button.hidden = false; });

    // Buttons in the place of the browser's own field; on a telephone two, since `capture` opens the camera directly
    const buttons = box.querySelector(".drop__buttons");
    const name = input.name;
    const addButton = (words, source) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-secondary";
      button.textContent = words;
      if (source === input) button.setAttribute("aria-describedby", `${input.id}_helptext`);
      button.addEventListener("click", () => source.click());
      buttons.append(button);
    };
    input.removeAttribute("name");
    input.dataset.name = name;
    input.hidden = true;
    if (window.matchMedia("(pointer: coarse)").matches) {
      const camera = document.createElement("input");
      camera.type = "file";
      camera.accept = "image/*";
      camera.setAttribute("capture", "environment");
      camera.hidden = true;
      buttons.append(camera);
      addButton("Tomar foto", camera);
      addButton("Elegir de la galería", input);
      camera.addEventListener("change", () => { take(camera.files); camera.value = ""; });
    } else {
      addButton("Elegir archivos", input);
    }
    input.addEventListener("change", () => { take(input.files); input.value = ""; });

    ["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("is-over"); }));
    ["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove("is-over")));
    drop.addEventListener("drop", (event) => { event.preventDefault(); take(event.dataTransfer.files); });
    document.addEventListener("paste", (event) => {
      if (!box.isConnected || !event.clipboardData?.files.length) return;
      if (document.querySelectorAll("[data-uploads]").length > 1 && !box.contains(document.activeElement)) return;
      event.preventDefault();
      take(event.clipboardData.files);
    });

    // The form waits for what is still on its way
    form?.addEventListener("submit", (event) => {
      if (!pending) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting = { button: event.submitter };
      say("Terminando de subir los archivos; el formulario se enviará solo.");
    }, { capture: true });
  };

  const all = (root) => root.querySelectorAll?.("[data-uploads]").forEach(begin);
  all(document);
  document.addEventListener("htmx:load", (event) => all(event.detail.elt));
})();
