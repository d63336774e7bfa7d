/* The sheet of keys on the page Label: what each key does, and how to give a command another one. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { el, keymap } = label;
    const TRIES = 60;
    let asked = null; // {command, chord}: the command that waits for its key, and one that another command has
    let message = "";

    const host = () => document.getElementById("shell-keys-page");

    function button(text, name, run) {
        const made = el("button", { type: "button", class: "button button-plain button-small", "aria-label": name }, text);
        made.addEventListener("click", run);
        return made;
    }

    function ask(command) {
        asked = command && { command, chord: null };
        message = "";
        draw();
    }

    function caps(command) {
        const chords = keymap.chords(command);
        if (!chords.length) return el("span", { class: "small quiet" }, "no key");
        return el("kbd", { class: "key-cap" }, keymap.caption(chords[0]));
    }

    function line(command) {
        const name = keymap.name(command);
        const one = command.startsWith("class:") ? label.mark(label.classOf(command.slice(6))) : null;
        const isAsked = asked && asked.command === command;
        const keys = isAsked ? el("span", { class: "keys-ask" }, "Press a key") : caps(command);
        const change = isAsked
            ? button("Cancel", `Cancel, ${name}`, () => ask(null))
            : button("Change", `Change the key of ${name}`, () => ask(command));
        const row = el("li", { class: isAsked ? "keys-line is-asked" : "keys-line" }, el("span", { class: "keys-caps" }, keys), el("span", { class: "keys-name" }, one, name), change);
        return isAsked && message ? [row, el("li", { class: "keys-message", role: "alert" }, message, conflictTools())] : row;
    }

    /* A key that another command has is given away only on purpose. */
    function conflictTools() {
        if (!asked.chord) return null;
        return button("Take it", `Take ${keymap.caption(asked.chord)} away from ${keymap.name(keymap.command(asked.chord))}`, () => give(asked.command, asked.chord));
    }

    function give(command, chord) {
        const loser = keymap.command(chord);
        asked = null;
        if (loser && loser !== command && keymap.chords(loser)[0] === chord) keymap.set(loser, "");
        keymap.set(command, chord);
        message = "";
        draw();
        focusOn(command);
    }

    function focusOn(command) {
        const name = `Change the key of ${keymap.name(command)}`;
        const found = [...host().querySelectorAll("button")].find((one) => one.getAttribute("aria-label") === name);
        if (found) found.focus();
    }

    function take(chord) {
        const taker = keymap.command(chord);
        if (keymap.isReserved(chord)) {
            message = `${keymap.caption(chord)} belongs to the browser or to this page. Press another key.`;
        } else if (taker && taker !== asked.command) {
            message = `${keymap.caption(chord)} is the key of “${keymap.name(taker)}”. Press another key, or take it.`;
            asked.chord = chord;
        } else return give(asked.command, chord);
        draw();
    }

    /* While a key is asked for, no other script sees it. */
    window.addEventListener(
        "keydown",
        function (event) {
            if (!asked || !host()) return;
            if (event.key === "Tab") return;
            if (event.key === "Enter" && asked.chord && event.target.closest("button")) return;
            event.preventDefault();
            event.stopImmediatePropagation();
            if (event.key === "Escape") return ask(null);
            const chord = keymap.of(event);
            if (chord) take(chord);
        },
        true
    );

    function lostNote() {
        const lost = keymap.lost().filter(({ taker }) => taker);
        if (!lost.length) return null;
        const names = lost.map(({ command, chord, taker }) => {
            const now = keymap.chords(command)[0];
            return `${keymap.caption(chord)} is “${keymap.name(taker)}” here; “${keymap.name(command)}” has ${now ? keymap.caption(now) : "no key"}.`;
        });
        return el("p", { class: "small quiet keys-note" }, names.join(" "));
    }

    function draw() {
        const place = host();
        if (!place) return;
        if (!label.isOpen()) return place.replaceChildren();
        const groups = [...keymap.groups()].map(([name, commands]) =>
            el("div", { class: "keys-group" }, el("h3", {}, name), el("ul", { class: "keys-lines" }, commands.flatMap(line)))
        );
        const reset = button("Reset all keys", "Reset all keys", () => (keymap.clear(), ask(null)));
        reset.disabled = !keymap.isOwn();
        place.replaceChildren(
            el("p", { class: "small quiet keys-note" }, "Digits count where they stand on the keyboard. Alt with the key of a class and Alt P for back work, too."),
            ...[lostNote()].filter(Boolean),
            ...groups,
            el("div", { class: "keys-end" }, reset)
        );
    }

    /* The dialog makes its content when it opens. */
    function opened(tries) {
        asked = null;
        message = "";
        if (host() && document.querySelector(".modal.show")) draw();
        else if (tries > 0) requestAnimationFrame(() => opened(tries - 1));
    }

    document.addEventListener("click", (event) => event.target.closest("#shell-keys-button") && opened(TRIES));
})();
