/* One key: label, save, next. The only listener for keys of the page Label.
 *
 * A key does nothing while one types in a field, chooses in a list, edits a cell, or has a dialog open; while an input
 * method composes; with a modifier that no command has. A key that is held counts once.
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const TYPING = "textarea, select, [contenteditable]:not([contenteditable='false']), .ag-root-wrapper";
    const ROLES = ["combobox", "listbox", "menu", "searchbox", "slider", "spinbutton", "textbox"];
    const OPEN = ".modal.show, .offcanvas.show, dialog[open], #label-over:not(:empty)";
    const QUIET_INPUTS = new Set(["button", "checkbox", "image", "radio", "reset", "submit"]);
    const HELD = new Set(["back", "next"]); // going on and back while the key is held does no harm
    const ANSWERING = /^(class:|confidence:|unsure$|bad$|skip$|back$|next$|comment$)/;

    function isTyping(target) {
        if (!target || !target.closest) return false;
        if (target.closest("input") && !QUIET_INPUTS.has(target.closest("input").type)) return true;
        return Boolean(target.closest(TYPING) || target.closest(ROLES.map((role) => `[role='${role}']`).join(", ")));
    }

    /* Keys that a focused control needs itself: Space, Enter; the arrows of radio buttons, lists and open menus. */
    function isOfControl(event) {
        if (event.key === " " || event.key === "Enter") return true;
        const { target } = event;
        return event.key.startsWith("Arrow") && Boolean(target.closest && target.closest("input[type='radio'], details[open]"));
    }

    const isGridShown = () => label.byId("label-grid") && !label.byId("label-grid").hidden;

    function mayRun(command, chord) {
        if (window.spectrolabe.keysOn === false && !chord.startsWith("Alt+")) return false;
        return !(isGridShown() && ANSWERING.test(command));
    }

    document.addEventListener(
        "keydown",
        function (event) {
            if (!label.isOpen() || event.defaultPrevented) return;
            const target = event.composedPath()[0];
            if (isTyping(target) || isOfControl(event) || document.querySelector(OPEN)) return;
            const chord = label.keymap.of(event);
            const command = chord && label.keymap.command(chord);
            if (!command || !mayRun(command, chord)) return;
            event.preventDefault(); // the shell's keys and the browser's own leave it alone
            event.stopPropagation();
            if (event.repeat && !HELD.has(command)) return;
            label.run(command);
        },
        true
    );

    label.commands.keys = () => document.getElementById("shell-keys-button").click();
})();
