/* What Dash's components cannot say: hint and error of a field, and the name of an upload's hidden input. */
(function () {
    "use strict";
    let count = 0;

    function idOf(element) {
        if (!element.id) element.id = `described-${(count += 1)}`;
        return element.id;
    }

    function describe() {
        document.querySelectorAll(".field").forEach(function (field) {
            const control = field.querySelector("input, select, textarea");
            const words = [...field.querySelectorAll(".field-hint, .field-error")];
            if (!control) return;
            const ids = words.map(idOf).join(" ");
            if ((control.getAttribute("aria-describedby") || "") !== ids) {
                if (ids) control.setAttribute("aria-describedby", ids);
                else control.removeAttribute("aria-describedby");
            }
            const isWrong = words.some((element) => element.matches(".field-error"));
            if (isWrong) control.setAttribute("aria-invalid", "true");
            else control.removeAttribute("aria-invalid");
        });
        document.querySelectorAll("input[type='file']:not([aria-label], [id])").forEach(function (input) {
            input.setAttribute("aria-label", input.parentElement.textContent.trim() || "File");
            if (input.parentElement.querySelector("button")) input.tabIndex = -1;
        });
    }

    let planned = false;
    new MutationObserver(function () {
        if (planned) return;
        planned = true;
        setTimeout(() => ((planned = false), describe()), 200);
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
