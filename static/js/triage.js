// The areas follow the matter: those of its route are shown, and those it puts first are ticked. Without JS all stand by matter.
(() => {
  "use strict";

  document.querySelectorAll("form[data-triage]").forEach((form) => {
    const groups = [...form.querySelectorAll("[data-matter]")];
    const boxes = (group) => [...group.querySelectorAll("input[type=checkbox]")];
    const chosen = () => form.querySelector("input[name=matter]:checked")?.value || "";

    const show = () => {
      const matter = chosen();
      groups.forEach((group) => {
        group.hidden = Boolean(matter) && group.dataset.matter !== matter;
        group.querySelector("[data-matter-name]").hidden = Boolean(matter);
      });
    };
    const propose = () => {
      groups.forEach((group) => boxes(group).forEach((box) => {
        box.checked = group.dataset.matter === chosen() && box.hasAttribute("data-first");
      }));
      show();
    };

    form.querySelectorAll("input[name=matter]").forEach((radio) => radio.addEventListener("change", propose));
    // The same area may stand in the route and among the others: it is one area
    form.addEventListener("change", (event) => {
      if (event.target.name !== "departments" || event.target.checked) return;
      form.querySelectorAll(`input[name=departments][value="${CSS.escape(event.target.value)}"]`).forEach((box) => { box.checked = false; });
    });
    show();
  });
})();
