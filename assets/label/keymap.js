/* Which key does what: the person's own choice, then the keys of the classes, then what is given here.
 *
 *   label.keymap.of(event) -> "Z", "Shift+2", "ArrowLeft", … or null     the chord of a keydown
 *   label.keymap.command(chord) -> "undo", "class:ID", … or null
 *   label.keymap.chords(command), .caption(chord), .name(command)
 *   label.keymap.set(command, chord), .clear()                           kept in this browser; emits "keys"
 *   label.keymap.lost() -> [{command, chord, taker}]                     commands that another one left without a key
 * Digits are where they stand on the keyboard, whatever the layout writes there; letters are what the layout writes.
 */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const NAME = "keys";
    const CONFIDENCE = ["a guess", "weak, may be another class", "likely, noisy", "clear, minor noise", "beyond doubt"];

    /* Command: [group, what it does, its chords; the first that is free becomes its key]. */
    const GIVEN = {
        unsure: ["Answers", "Unsure", "U"],
        bad: ["Answers", "Bad data", "B"],
        skip: ["Answers", "Skip for now", "S"],
        undo: ["Answers", "Undo", "Z"],
        redo: ["Answers", "Redo", "Shift+Z"],
        comment: ["Answers", "Comment", "C"],
        back: ["Moving", "Back to the spectrum before", "ArrowLeft"],
        next: ["Moving", "Next spectrum, without an answer", "ArrowRight"],
        guess: ["View", "Show or hide the network’s guess", "G"],
        means: ["View", "Means of the classes", "M"],
        nearest: ["View", "Nearest labeled spectra", "N"],
        last: ["View", "The spectrum before, behind this one", "P"],
        epochs: ["View", "Other spectra of the same star", "O"],
        lines: ["View", "Spectral lines", "L"],
        full: ["View", "Spectrum as observed", "R"],
        smooth: ["View", "Next smoothing", "H"],
        layout: ["View", "Next arrangement of the plots", "I"],
        reset: ["View", "Zoom back to the whole spectrum", "0", "Home"],
        keys: ["View", "Show these keys", "?"],
    };
    CONFIDENCE.forEach((words, k) => (GIVEN[`confidence:${k}`] = ["Confidence of the next label", `${k}: ${words}`, `Shift+${k}`]));
    label.CONFIDENCE = CONFIDENCE;
    const CAPTIONS = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", Escape: "Esc" };
    const RESERVED = new Set(["Tab", "Escape", "Enter", " ", "F5", "F11", "F12", "/"]);
    let table = new Map();
    let byCommand = new Map();
    let lost = [];

    /* ---------------------------------------------------------------- chords */

    function base(event) {
        const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code || "");
        const isOff = event.code && event.code.startsWith("Numpad") && !/^\d$/.test(event.key); // NumLock is off
        if (digit && !isOff) return digit[1];
        if (event.key.length !== 1) return event.key;
        const letter = event.key.toUpperCase();
        const place = /^Key([A-Z])$/.exec(event.code || "");
        return /^[A-Z]$/.test(letter) || !place ? letter : place[1]; // Greek and Cyrillic layouts have no Latin letters
    }

    function of(event) {
        if (event.ctrlKey || event.metaKey || !event.key || event.isComposing || event.keyCode === 229) return null;
        if (event.getModifierState && event.getModifierState("AltGraph")) return null;
        if (["Shift", "Alt", "Dead", "Process", "Unidentified", "CapsLock"].includes(event.key)) return null;
        const key = base(event);
        const isSign = key.length === 1 && !/[A-Z0-9]/.test(key); // Shift only makes the sign, as in ?
        return (event.altKey ? "Alt+" : "") + (event.shiftKey && !isSign ? "Shift+" : "") + key;
    }

    const caption = (chord) =>
        chord.replace("Alt+", "Alt ").replace("Shift+", "Shift ").replace(/[A-Z][A-Za-z]+$| $/, (key) => CAPTIONS[key] || key);

    /* ---------------------------------------------------------------- table */

    const storeName = () => [NAME, (label.byId("label-page") || { dataset: {} }).dataset.user].filter(Boolean).join("-");
    const own = () => label.remembered(storeName(), {});
    const classCommand = (one) => `class:${one.class_id}`;

    function wishes() {
        const chosen = own();
        const commands = [...label.state.classes.map(classCommand), ...Object.keys(GIVEN)];
        const mine = commands.filter((name) => name in chosen).map((name) => [name, [chosen[name]].filter(Boolean)]);
        const classes = label.state.classes.map((one) => [classCommand(one), [one.key.toUpperCase()]]);
        const given = Object.entries(GIVEN).map(([name, [, , ...chords]]) => [name, chords]);
        return [...mine, ...[...classes, ...given].filter(([name]) => !(name in chosen))];
    }

    function build() {
        table = new Map();
        byCommand = new Map();
        lost = [];
        wishes().forEach(([command, chords]) => give(command, chords));
        // As in the predecessor: Alt and the key of a class, Alt+P for the one before.
        label.state.classes.forEach((one) => alias(`Alt+${one.key.toUpperCase()}`, classCommand(one)));
        alias("Alt+P", "back");
    }

    function give(command, chords) {
        const letter = chords.find((chord) => /^[A-Z]$/.test(chord));
        const all = letter && !command.startsWith("class:") ? [...chords, `Shift+${letter}`] : chords;
        const free = all.find((chord) => !table.has(chord));
        if (free !== chords[0] && chords.length) lost.push({ command, chord: chords[0], taker: table.get(chords[0]) });
        byCommand.set(command, free ? [free] : []);
        if (free) table.set(free, command);
    }

    function alias(chord, command) {
        if (table.has(chord)) return;
        table.set(chord, command);
        byCommand.get(command).push(chord);
    }

    function changed() {
        build();
        label.emit("keys", {});
    }

    /* ---------------------------------------------------------------- what others ask */

    function name(command) {
        const one = command.startsWith("class:") && label.classOf(command.slice(6));
        return one ? one.name : GIVEN[command] ? GIVEN[command][1] : command;
    }

    const chords = (command) => byCommand.get(command) || [];

    function set(command, chord) {
        const map = { ...own() };
        map[command] = chord || "";
        label.remember(storeName(), map);
        changed();
    }

    function groups() {
        const found = new Map([["Classes", label.state.classes.map(classCommand)]]);
        Object.entries(GIVEN).forEach(([command, [group]]) => found.set(group, [...(found.get(group) || []), command]));
        return found;
    }

    label.keymap = {
        of,
        caption,
        name,
        chords,
        set,
        groups,
        command: (chord) => table.get(chord) || null,
        lost: () => lost,
        isReserved: (chord) => RESERVED.has(chord),
        isOwn: () => Object.keys(own()).length > 0,
        clear() {
            label.remember(storeName(), {});
            changed();
        },
    };
    label.keyOf = (command) => (chords(command).length ? caption(chords(command)[0]) : "");
    build();
    label.on("queue", changed);
})();
