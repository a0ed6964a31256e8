// Unsaved work survives: 2 s after the last key, and on leaving a field, to the server; without a network, to this computer.
(() => {
  "use strict";

  const WAIT = 2000;
  const LEFT_OUT = new Set(["csrfmiddlewaretoken"]);

  const keep = (form) => {
    const url = form.dataset.draftUrl;
    const key = `nervion:draft:${document.body.dataset.person || ""}:${url}`;
    const line = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    const say = (words) => { if (line) line.textContent = words; };
    let timer = null;
    let last = null;
    let sending = false;

    const read = () => {
      const data = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string" && !LEFT_OUT.has(name)) data.append(name, value);
      }
      return data;
    };
    const keepHere = (data) => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), data: data.toString() }));
        return true;
      } catch {
        return false;
      }
    };
    const forget = () => { try { localStorage.removeItem(key); } catch { /* private window */ } };

    const save = async ({ leaving = false } = {}) => {
      clearTimeout(timer);
      timer = null;
      const data = read();
      const text = data.toString();
      if (text === last) return;
      if (sending && !leaving) { // what was typed meanwhile follows; who leaves has no time to wait
        later();
        return;
      }
      sending = true;
      try {
        const answer = await window.nervion.post(url, data, { keepalive: leaving });
        if (!answer.ok || answer.redirected) throw answer;
        last = text;
        forget();
        const said = await answer.json().catch(() => ({}));
        if (said.token) {
          const field = form.querySelector("[name=draft]");
          if (field) field.value = said.token;
        }
        say(`Borrador guardado a las ${said.saved_at || window.nervion.clock()}`);
        document.dispatchEvent(new CustomEvent("nervion:answered"));
      } catch (answer) {
        const kept = keepHere(data);
        if (!(answer instanceof Response)) {
          say(kept ? `Sin conexión. Guardado en este equipo a las ${window.nervion.clock()}` : "Sin conexión. No se pudo guardar el borrador.");
        } else if (answer.redirected || answer.status === 401 || answer.status === 403) {
          say(kept ? "Su sesión terminó. Lo que escribió está guardado en este equipo; inicie sesión para continuar." : "Su sesión terminó. Copie lo que escribió antes de salir de esta página.");
        } else {
          const said = await answer.json().catch(() => ({}));
          say(`No se pudo guardar el borrador. ${said.error || "Se intentará de nuevo con el siguiente cambio."}`);
        }
      } finally {
        sending = false;
      }
    };

    const later = () => { clearTimeout(timer); timer = setTimeout(save, WAIT); };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("focusout", () => { if (timer) save(); });
    window.addEventListener("online", () => save());
    window.addEventListener("pagehide", () => { if (timer && form.dataset.sending !== "yes") save({ leaving: true }); });
    form.addEventListener("submit", () => { clearTimeout(timer); timer = null; if (navigator.onLine) forget(); });
    last = read().toString();

    // A copy left here without a network is offered, never put over what is on the screen by itself
    let copy = null;
    try { copy = JSON.parse(localStorage.getItem(key)); } catch { copy = null; }
    if (copy && copy.data !== last) offer(form, copy, { forget, later });
    else forget();
  };

  const offer = (form, copy, { forget, later }) => {
    const box = document.createElement("div");
    box.className = "banner banner--warning";
    const words = document.createElement("p");
    words.textContent = `Hay un borrador que se guardó en este equipo sin conexión, a las ${window.nervion.clock(new Date(copy.at))}.`;
    const inner = document.createElement("div");
    const actions = document.createElement("div");
    actions.className = "row-of";
    const take = document.createElement("button");
    const drop = document.createElement("button");
    take.type = drop.type = "button";
    take.className = drop.className = "btn btn-secondary btn-sm";
    take.textContent = "Recuperar";
    drop.textContent = "Descartar";
    actions.append(take, drop);
    inner.append(words, actions);
    box.append(inner);
    form.prepend(box);
    take.addEventListener("click", () => { fill(form, new URLSearchParams(copy.data)); box.remove(); later(); });
    drop.addEventListener("click", () => { forget(); box.remove(); });
  };

  const fill = (form, data) => {
    for (const name of new Set(data.keys())) {
      const values = data.getAll(name);
      form.querySelectorAll(`[name="${CSS.escape(name)}"]`).forEach((field, index) => {
        if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
        else if (field.type !== "file") field.value = values[Math.min(index, values.length - 1)];
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  };

  document.querySelectorAll("form[data-draft-url]").forEach(keep);
})();
