// The areas follow the matter: those of its route are shown, and those it puts first are ticked. Without JS all stand by matter.
(() => {
  "use strict";

  document.querySelectorAll("form[data-triage]").forEach((form) => {
    const groups = [...form.querySelectorAll("[data-matter]")];
    const others = [...form.querySelectorAll("[data-other] input[type=checkbox]")];
    const boxes = (group) => [...group.querySelectorAll("input[type=checkbox]")];
    const chosen = () => form.querySelector("input[name=matter]:checked")?.value || "";

    const show = () => {
      const matter = chosen();
      groups.forEach((group) => {
        group.hidden = Boolean(matter) && group.dataset.matter !== matter;
        group.querySelector("[data-matter-name]").hidden = Boolean(matter);
      });
      // What the route offers is not offered again among the others
      const offered = groups.filter((group) => !group.hidden).flatMap(boxes).map((box) => box.value);
      others.forEach((box) => { box.closest(".form-check").hidden = Boolean(matter) && offered.includes(box.value); });
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
