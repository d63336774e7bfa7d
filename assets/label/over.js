/* What opens over the page: tables, choices, questions.
 *
 *   label.over(title, body, closed), label.closeOver()   one at a time; Escape and a click beside it close it
 *   label.confirm({title, text, yes, no, run})           a question before what cannot be undone
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;

    let before = null;
    let onClose = null;

    label.over = function (title, body, closed) {
        label.closeOver();
        [before, onClose] = [document.activeElement, closed || null];
        const close = el("button", { type: "button", class: "btn-close", "aria-label": "Close" });
        close.addEventListener("click", label.closeOver);
        const panel = el("div", { class: "label-over-panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "label-over-title" }, el("div", { class: "between label-over-head" }, el("h2", { class: "dialog-title", id: "label-over-title" }, title), close), el("div", { class: "label-over-body" }, body));
        label.fill("label-over", el("div", { class: "label-over-back" }), panel);
        close.focus();
    };
    label.closeOver = function () {
        const place = byId("label-over");
        if (!place || !place.firstChild) return;
        place.replaceChildren();
        if (before && before.isConnected) before.focus();
        const closed = onClose;
        onClose = null;
        if (closed) closed();
    };

    /* Asks before something is done that cannot be undone; `yes` and `no` are verbs with their object. */
    label.confirm = function ({ title, text, yes, no, run }) {
        const keep = el("button", { type: "button", class: "button button-soft" }, no);
        const act = el("button", { type: "button", class: "button button-danger" }, yes);
        keep.addEventListener("click", label.closeOver);
        act.addEventListener("click", () => (label.closeOver(), run()));
        label.over(title, el("div", {}, el("p", { class: "dialog-text" }, text), el("div", { class: "label-dialog-end tools" }, keep, act)));
        keep.focus();
    };

    document.addEventListener("click", (event) => event.target.closest(".label-over-back") && label.closeOver());
    document.addEventListener(
        "keydown",
        function (event) {
            const place = byId("label-over");
            if (!place || !place.firstChild) return;
            if (event.key === "Escape") label.closeOver();
            else if (event.key !== "Tab") return event.stopImmediatePropagation(); // one-key commands are off
            else {
                const inside = [...place.querySelectorAll("button, input, a, select, textarea")].filter((one) => !one.disabled);
                const [first, last] = [inside[0], inside[inside.length - 1]];
                if (event.shiftKey && document.activeElement === first) last.focus();
                else if (!event.shiftKey && document.activeElement === last) first.focus();
                else return undefined;
            }
            event.preventDefault();
            event.stopImmediatePropagation();
            return undefined;
        },
        true,
    );
})();
