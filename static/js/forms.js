// Forms: where the focus goes after an error, one sending only, and questions before something grave.
(() => {
  "use strict";

  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelector?.("[data-error-summary]")?.focus());

  // What is wrong is said by the server, in one voice and in Spanish, never by the browser
  const quiet = (root) => root.querySelectorAll?.("form").forEach((form) => { form.noValidate = true; });
  quiet(document);
  document.addEventListener("htmx:load", (event) => quiet(event.detail.elt));

  document.addEventListener("click", (event) => {
    // A link of the summary puts the cursor in its field, not only the field in sight
    const link = event.target.closest("[data-error-summary] a[href^='#']");
    if (link) {
      const id = decodeURIComponent(link.hash.slice(1));
      const field = document.getElementById(id) || document.querySelector(`#div_${CSS.escape(id)} input, [name="${CSS.escape(id.replace(/^id_/, ""))}"]`);
      if (field) {
        event.preventDefault();
        field.focus();
        field.scrollIntoView({ block: "center" });
      }
      return;
    }
    // A refused step does nothing but explain itself
    if (event.target.closest("[aria-disabled='true']")) event.preventDefault();
  });

  // A question before something grave: <form data-confirm="¿Cerrar el caso Q-2026-00012? …" data-confirm-label="Cerrar el caso">
  const ask = (form, submitter) => {
    const box = document.createElement("dialog");
    box.className = "sheet";
    const title = document.createElement("p");
    title.id = "pregunta";
    title.textContent = form.dataset.confirm;
    box.setAttribute("aria-labelledby", "pregunta");
    const actions = document.createElement("div");
    actions.className = "form-actions";
    const yes = document.createElement("button");
    yes.type = "button";
    yes.className = "btn btn-primary";
    yes.textContent = form.dataset.confirmLabel || submitter?.textContent.trim() || "Continuar";
    const no = document.createElement("button");
    no.type = "button";
    no.className = "btn btn-secondary";
    no.textContent = "Volver";
    actions.append(yes, no);
    box.append(title, actions);
    document.body.append(box);
    box.addEventListener("close", () => box.remove());
    no.addEventListener("click", () => box.close());
    yes.addEventListener("click", () => {
      form.dataset.confirmed = "yes";
      box.close();
      form.requestSubmit(submitter || undefined);
    });
    box.showModal();
    no.focus();
  };

  // One sending: the button is only marked, never disabled before the data have left, so its name and value travel too
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (form.dataset.confirm && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      ask(form, event.submitter);
      return;
    }
    if (form.method.toLowerCase() !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending === "yes") {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "yes";
    setTimeout(() => {
      form.querySelectorAll("button:not([type=button]), input[type=submit]").forEach((button) => button.setAttribute("aria-busy", "true"));
    }, 0);
  });
  // Coming back with the browser's arrow, or after an answer that was a file, one may send again
  const reopen = () => document.querySelectorAll("form[data-sending]").forEach((form) => {
    delete form.dataset.sending;
    delete form.dataset.confirmed;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
  window.addEventListener("pageshow", reopen);
  document.addEventListener("submit", (event) => {
    if (event.target.dataset?.sending) setTimeout(reopen, 15000);
  });

  // <form data-auto-submit> sends itself when a choice changes (ordering, period); its button stays for those without JS
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-auto-submit]");
    if (form) form.requestSubmit();
  });
})();
