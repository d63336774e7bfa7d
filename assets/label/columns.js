/* Which metadata stand beside the plot, and in which order: chosen for the session, in whichever browser. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;
    let storing = Promise.resolve();

    const columns = () => label.state.queue.columns;

    function set(shown, isUsual) {
        columns().shown = shown;
        label.emit("columns", {});
        const { session } = label.state;
        storing = storing.then(() => label.state.session === session && label.choose({ columns: isUsual ? null : shown })).then(() => say(""), (error) => say(`The choice holds on this page alone: it could not be stored. ${error.message}`));
    }

    const say = (text) => label.text("label-columns-error", text);

    function open() {
        const { all, usual } = columns();
        const boxes = all.map(function (column) {
            const input = el("input", { type: "checkbox", class: "form-check-input", value: column, checked: columns().shown.includes(column) });
            input.addEventListener("change", function () {
                const others = columns().shown.filter((one) => one !== column);
                set(input.checked ? [...others, column] : others, false);
            });
            return el("label", { class: "label-column" }, input, el("span", {}, label.side.nameOf(column)), el("span", { class: "quiet mono" }, column));
        });
        const again = el("button", { type: "button", class: "button button-plain button-small" }, "As the configuration says");
        again.addEventListener("click", () => (set([...usual], true), boxes.forEach((box) => (box.firstChild.checked = usual.includes(box.firstChild.value)))));
        const why = el("p", { class: "label-why" }, "What stands under Metadata, in the order in which you choose. The choice stays with the session; at first it is metadata2show of its configuration.");
        label.over("Columns", el("div", {}, why, el("div", { class: "label-columns-list" }, ...boxes), el("div", { class: "tools" }, again), el("p", { class: "field-error", id: "label-columns-error", role: "alert" })));
    }

    label.commands.columns = open;
})();
