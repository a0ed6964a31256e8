// Suggestions while typing. <input data-autocomplete-url="…?" data-autocomplete-hidden="id_customer"> becomes a combobox;
// without JS it stays the text field it was, and the server reads what was typed.
(() => {
  "use strict";

  if (!window.accessibleAutocomplete) return;

  const WORDS = {
    tNoResults: () => "No hay coincidencias",
    tStatusQueryTooShort: (least) => `Escriba ${least} letras o más`,
    tStatusNoResults: () => "No hay coincidencias",
    tStatusSelectedOption: (option, length, index) => `${option}, ${index + 1} de ${length}, señalado`,
    tStatusResults: (length, option) => `${length === 1 ? "1 coincidencia" : `${length} coincidencias`}. ${option || ""}`,
    tAssistiveHint: () => "Use las flechas para revisar las coincidencias y Enter para elegir.",
  };
  const escape = (text) => {
    const place = document.createElement("span");
    place.textContent = text ?? "";
    return place.innerHTML;
  };

  // data-autocomplete-params="customer=id_customer": values of other fields that narrow the search
  const address = (input, query) => {
    const url = new URL(input.dataset.autocompleteUrl, window.location.href);
    url.searchParams.set("q", query);
    for (const pair of (input.dataset.autocompleteParams || "").split(",").filter(Boolean)) {
      const [name, id] = pair.split("=");
      const value = document.getElementById(id)?.value;
      if (value) url.searchParams.set(name, value);
    }
    return url;
  };

  const enhance = (input) => {
    if (input.dataset.ready) return;
    input.dataset.ready = "yes";
    const hidden = document.getElementById(input.dataset.autocompleteHidden || "");
    const free = input.hasAttribute("data-autocomplete-free");
    const place = document.createElement("div");
    const described = input.getAttribute("aria-describedby");
    let timer;
    let turn = 0;
    let chosen = input.value;

    const set = (id) => {
      if (!hidden || hidden.value === String(id)) return;
      hidden.value = id;
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    };

    input.replaceWith(place);
    window.accessibleAutocomplete({
      element: place,
      id: input.id,
      name: input.name,
      defaultValue: input.value,
      minLength: Number(input.dataset.autocompleteMin) || 2,
      displayMenu: "overlay",
      autoselect: !free,
      confirmOnBlur: !free,
      showNoOptionsFound: !free,
      inputClasses: input.className,
      required: input.required,
      ...WORDS,
      source: (query, show) => {
        clearTimeout(timer);
        const mine = ++turn;
        timer = setTimeout(async () => {
          try {
            const answer = await fetch(address(input, query), { headers: { Accept: "application/json" }, credentials: "same-origin" });
            const said = answer.ok ? await answer.json() : [];
            if (mine === turn) show(Array.isArray(said) ? said : said.results || []);
          } catch {
            if (mine === turn) show([]);
          }
        }, 150);
      },
      templates: {
        inputValue: (option) => option?.text ?? "",
        suggestion: (option) => (typeof option === "string" ? escape(option) : `<span>${escape(option?.text)}</span>${option?.detail ? `<span class="soft">${escape(option.detail)}</span>` : ""}`),
      },
      onConfirm: (option) => {
        if (!option) return;
        chosen = option.text;
        set(option.id ?? "");
        place.dispatchEvent(new CustomEvent("nervion:chosen", { bubbles: true, detail: option }));
      },
    });

    const field = place.querySelector("input");
    if (!field) return;
    for (const attribute of input.attributes) {
      if (/^(aria-invalid|autofocus|maxlength|inputmode|placeholder|data-shortcut)$/.test(attribute.name)) field.setAttribute(attribute.name, attribute.value);
    }
    if (described) field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${described}`.trim());
    field.addEventListener("input", () => { if (field.value !== chosen) set(""); });
    if (input.autofocus) field.focus();
  };

  const begin = (root) => {
    root.querySelectorAll?.("input[data-autocomplete-url]").forEach(enhance);
    root.querySelectorAll?.("select[data-autocomplete]").forEach((select) => {
      if (select.dataset.ready) return;
      select.dataset.ready = "yes";
      window.accessibleAutocomplete.enhanceSelectElement({ selectElement: select, displayMenu: "overlay", showAllValues: true, dropdownArrow: () => "", inputClasses: "form-control", ...WORDS });
    });
  };
  begin(document);
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt));
})();
