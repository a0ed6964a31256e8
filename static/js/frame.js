// The frame: what every page has. Everything here is an addition; nothing depends on it.
(() => {
  "use strict";

  const csrf = () => document.querySelector('meta[name="csrf-token"]')?.content || "";
  const post = (url, body, options = {}) =>
    fetch(url, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { "X-CSRFToken": csrf(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
      ...options,
    });
  const clock = (moment = new Date()) =>
    new Intl.DateTimeFormat("es-MX", { timeZone: "America/Mexico_City", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
  const inField = (element) => Boolean(element?.closest("input, textarea, select, [contenteditable='true']"));
  window.nervion = { csrf, post, clock, inField };

  // Person's menu: closes by Escape and by looking elsewhere
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // Copy a folio
  const showCopyButtons = (root) => {
    if (!navigator.clipboard) return;
    root.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const words = button.lastChild;
    const before = words.textContent;
    words.textContent = "Copiado";
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { words.textContent = before; }, 2000);
  });

  // The first look at something, told to the server without a click
  const tellSeen = (root) => {
    root.querySelectorAll("[data-seen-url]").forEach((element) => {
      const url = element.dataset.seenUrl;
      element.removeAttribute("data-seen-url");
      const tell = () => post(url, new URLSearchParams(), { keepalive: true }).catch(() => {});
      if (document.visibilityState === "visible") tell();
      else document.addEventListener("visibilitychange", tell, { once: true });
    });
  };

  // Without a network: said once, across the top
  const offline = document.querySelector("[data-offline]");
  const tellNetwork = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", tellNetwork);
  window.addEventListener("offline", tellNetwork);

  // An idle session is about to end. Any answer of the server begins the count anew.
  const note = document.querySelector("[data-session-warn]");
  if (note) {
    let timer;
    const wait = () => {
      clearTimeout(timer);
      note.hidden = true;
      timer = setTimeout(() => { note.hidden = false; }, Number(note.dataset.sessionWarn) * 1000);
    };
    note.querySelector("[data-session-stay]").addEventListener("click", async () => {
      await fetch(window.location.href, { method: "HEAD", credentials: "same-origin" });
      wait();
    });
    document.addEventListener("nervion:answered", wait);
    document.addEventListener("htmx:afterRequest", wait);
    wait();
  }

  // A piece of the page that could not be brought says so in its place
  const failed = (event) => {
    const target = event.detail?.target;
    if (!target) return;
    const words = document.createElement("p");
    words.className = "invalid-feedback";
    words.setAttribute("role", "alert");
    words.textContent = event.type === "htmx:sendError"
      ? "No hay conexión. Lo que ve puede no estar al día; vuelva a intentarlo."
      : "No se pudo traer esta parte. Vuelva a cargar la página.";
    target.querySelector(":scope > .invalid-feedback[role=alert]")?.remove();
    target.prepend(words);
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);

  // Paper: a button that is only there where a script can press it
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  const showPrintButtons = (root) => root.querySelectorAll("[data-print][hidden]").forEach((button) => { button.hidden = false; });

  const begin = (root) => { showCopyButtons(root); showPrintButtons(root); tellSeen(root); };
  begin(document);
  tellNetwork();
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
})();
