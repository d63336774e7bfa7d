/* Which columns the table has, in which order, and which stay in view: by mouse and by keyboard. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el } = label;

    function chooseColumns() {
        const api = label.grid.api();
        if (!api) return;
        const list = el("div", { class: "label-grid-columns" });
        const button = (icon, name, run, isOff) => {
            const made = el("button", { type: "button", class: "button button-plain button-icon button-small", "aria-label": name, title: name, disabled: isOff }, label.icon(icon));
            made.addEventListener("click", run);
            return made;
        };
        const redraw = (focusOn) => (label.gridColumns.keep(api), fill(focusOn));
        function fill(focusOn) {
            const columns = api.getAllGridColumns().filter((one) => one.getColDef().headerName);
            const rows = columns.map(function (column, k) {
                const id = column.getColId();
                const { headerName, lockVisible } = column.getColDef();
                const box = el("input", { type: "checkbox", class: "form-check-input", checked: column.isVisible(), disabled: Boolean(lockVisible) });
                box.addEventListener("change", () => (api.setColumnsVisible([id], box.checked), redraw()));
                const isPinned = column.isPinned();
                const move = (by) => () => {
                    const other = columns[k + by];
                    api.moveColumns([id], api.getAllGridColumns().indexOf(other));
                    redraw(`${id}/${by}`);
                };
                const pin = button("pin", `${isPinned ? "Unpin" : "Pin"} ${headerName}`, () => (api.setColumnsPinned([id], isPinned ? null : "left"), redraw(`${id}/pin`)));
                pin.setAttribute("aria-pressed", String(isPinned));
                pin.dataset.focus = `${id}/pin`;
                const up = button("chevron-up", `Move ${headerName} up`, move(-1), k === 0);
                const down = button("chevron-down", `Move ${headerName} down`, move(1), k === columns.length - 1);
                up.dataset.focus = `${id}/-1`;
                down.dataset.focus = `${id}/1`;
                return el("div", { class: "label-grid-column" }, el("label", { class: "label-column" }, box, el("span", {}, headerName)), pin, up, down);
            });
            list.replaceChildren(...rows);
            const again = focusOn && list.querySelector(`[data-focus="${CSS.escape(focusOn)}"]`);
            if (again) again.focus();
        }
        const usual = el("button", { type: "button", class: "button button-plain button-small" }, "As at first");
        usual.addEventListener("click", () => (label.gridColumns.forget(api), fill()));
        fill();
        label.over("Columns of the table", el("div", {}, el("p", { class: "label-why" }, "Heads can also be dragged: aside to move, at their edge to widen."), list, usual));
    }

    label.commands["grid-columns"] = chooseColumns;
})();
