// Single keys outside of fields (WCAG 2.1.4: they can be turned off in «Mi cuenta») and Ctrl+Enter inside of them.
(() => {
  "use strict";

  const sheet = document.getElementById("atajos");
  const openSheet = () => { if (sheet && !sheet.open) sheet.showModal(); };
  document.querySelectorAll("[data-open-shortcuts]").forEach((button) => {
    button.hidden = !sheet;
    button.addEventListener("click", openSheet);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest("form");
    if (!form || form.method.toLowerCase() !== "post") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-main], .btn-primary:not([type=button])") || undefined);
  });

  if (document.body.dataset.shortcuts === "off") return;

  const PLACES = { n: "/quejas/nueva/", m: "/" };
  const rows = () => [...document.querySelectorAll("main .list tbody tr, main .work > li")].filter((row) => row.offsetParent !== null && row.querySelector("a"));
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const now = all.findIndex((row) => row.classList.contains("is-picked"));
    const next = Math.min(all.length - 1, Math.max(0, now + by));
    all[now]?.classList.remove("is-picked");
    all[next].classList.add("is-picked");
    all[next].querySelector("a").focus();
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (window.nervion.inField(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key;
    if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "?") openSheet();
    else if (key === "/") document.querySelector("[data-search]")?.focus();
    else if (/^[nmtre]$/.test(key)) {
      const target = document.querySelector(`[data-shortcut="${key}"]:not([aria-disabled=true])`);
      if (target) target.click();
      else if (PLACES[key] && document.querySelector(".rail")) window.location.assign(PLACES[key]);
      else return;
    } else return;
    event.preventDefault();
  });
})();
