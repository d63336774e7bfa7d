/* What the modules of the page Label share: the namespace, its state, its events, and small helpers. Loads first. */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    const label = (spectrolabe.label = {});
    const listeners = new Map();

    label.on = function (name, listener) {
        if (!listeners.has(name)) listeners.set(name, new Set());
        listeners.get(name).add(listener);
        return () => listeners.get(name).delete(listener);
    };

    label.emit = function (name, detail) {
        (listeners.get(name) || []).forEach(function (listener) {
            try {
                listener(detail);
            } catch (error) {
                console.error(`Label, ${name}:`, error); // one broken listener stops no other
            }
        });
    };

    label.fresh = () => ({
        session: "",
        source: "",
        iteration: "",
        order: "",
        offset: 0,
        queue: null,
        classes: [],
        items: [],
        filter: "all",
        index: -1,
        current: null,
        shownAt: 0,
        isEnded: false,
        confidence: null,
        answered: [],
    });
    label.state = label.fresh();
    label.commands = {};
    label.run = function (name, detail) {
        if (!label.commands[name] || !label.isOpen()) return false;
        label.commands[name](detail);
        return true;
    };
    label.isOpen = () => Boolean(document.getElementById("label-page"));

    /* ---------------------------------------------------------------- helpers */

    const $ = (label.byId = (id) => document.getElementById(id));

    /* An element: el("button", {class: "x", "data-y": 1}, "text", child). */
    label.el = function (name, attributes, ...children) {
        const made = document.createElement(name);
        Object.entries(attributes || {}).forEach(([key, value]) => {
            if (value === true) made.setAttribute(key, "");
            else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
        });
        made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
        return made;
    };

    label.icon = (name) => label.el("span", { class: `icon label-icon-${name}`, "aria-hidden": "true" });
    label.cap = (command) => label.el("kbd", { class: "key-cap", "data-key-of": command }, label.keyOf(command));
    label.escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

    label.fill = function (id, ...children) {
        const place = typeof id === "string" ? $(id) : id;
        if (place) place.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
        return place;
    };

    label.text = function (id, text) {
        const place = $(id);
        if (place && place.textContent !== text) place.textContent = text;
    };

    label.count = (number) => (Number.isFinite(number) ? number.toLocaleString("en-US").replace("-", "−") : "—");
    label.decimal = (number, digits) => (Number.isFinite(number) ? number.toFixed(digits).replace("-", "−") : "—");
    label.signed = (number, digits) => (number > 0 ? "+" : "") + label.decimal(number, digits || 0);

    /* A random name for an event; browsers give randomUUID only over https and on this machine. */
    label.uuid = function () {
        if (window.crypto.randomUUID) return window.crypto.randomUUID();
        const bytes = window.crypto.getRandomValues(new Uint8Array(16));
        return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    };

    /* What is remembered in this browser; storage may be forbidden or full, and the page works without. */
    label.remember = function (name, value) {
        try {
            window.localStorage.setItem(`spectrolabe-label-${name}`, JSON.stringify(value));
        } catch (error) {
            /* for this page only, then */
        }
    };

    label.remembered = function (name, otherwise) {
        try {
            const text = window.localStorage.getItem(`spectrolabe-label-${name}`);
            return text === null ? otherwise : JSON.parse(text);
        } catch (error) {
            return otherwise;
        }
    };

    /* Keys as shown; the module of the keys replaces this by what the person mapped. */
    const KEYS = {
        unsure: "U", bad: "B", skip: "S", back: "←", undo: "Z", comment: "C", guess: "G", means: "M", nearest: "N",
        last: "P", lines: "L", full: "R", reset: "0", keys: "?", layout: "V", epochs: "O",
    }; // prettier-ignore
    label.keyOf = label.keyOf || ((command) => KEYS[command] || "");

    label.KIND_ICONS = { uncertain: "target", initial: "target", random: "shuffle", candidate: "star", picked: "list-checks", repeat: "repeat" };
    /* A spectrum that is asked again; its kind says so only when it is answered. */
    label.isRepeat = (item) => item.queue === "repeat";

    label.classOf = (id) => label.state.classes.find((one) => one.class_id === id) || null;

    label.mark = function (one) {
        return label.el("span", { class: `class-mark class-${one ? one.row : 1}`, "aria-hidden": "true" });
    };
})();
