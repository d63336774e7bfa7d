/* What the modules of the page Candidates share: the namespace, its state, its events, and small helpers. Loads first.
 *
 *   candidates.on(event, listener), .emit(event, detail). Events:
 *     "start"    {}          `#candidates-page` is in the document; candidates.state is fresh
 *     "stop"     {}          it is gone; let go of everything
 *     "about"    {}          GET /api/candidates/state was answered; state.about is set
 *     "query"    {}          another query is asked for: state.q, chips and state.index are what counts now
 *     "count"    {}          state.total and state.ms are known
 *     "trouble"  {error}     a question was refused or not answered
 *     "chosen"   {}          other rows are chosen
 *     "labels"   {ids}       labels were changed here; ids null: any
 *   candidates.acts[name]    what a control with data-act="name" or "name:argument" does
 */
(function () {
    "use strict";
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    const candidates = (spectrolabe.candidates = {});
    const listeners = new Map();

    candidates.on = function (name, listener) {
        if (!listeners.has(name)) listeners.set(name, []);
        listeners.get(name).push(listener);
    };

    candidates.emit = function (name, detail) {
        (listeners.get(name) || []).forEach(function (listener) {
            try {
                listener(detail || {});
            } catch (error) {
                console.error(`Candidates, ${name}:`, error); // one broken listener stops no other
            }
        });
    };

    candidates.fresh = () => ({
        session: "",
        about: null, // what /state says
        q: "", // the whole query as text
        chips: [], // its conditions, with their places in the text
        index: [], // names of the indices that are searched
        sort: [], // [{field, descending}]
        columns: null, // names in order, null: as given
        view: "spectra",
        field: null, // of the histogram
        isLog: true,
        total: null,
        ms: null,
    });
    candidates.state = candidates.fresh();
    candidates.acts = {};
    candidates.isOpen = () => Boolean(document.getElementById("candidates-page"));

    /* ---------------------------------------------------------------- elements */

    candidates.byId = (id) => document.getElementById(id);

    /* An element: el("button", {class: "x", "data-y": 1}, "text", child). Text stays text, whatever it holds. */
    candidates.el = function (name, attributes, ...children) {
        const made = document.createElement(name);
        Object.entries(attributes || {}).forEach(([key, value]) => {
            if (value === true) made.setAttribute(key, "");
            else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
        });
        made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
        return made;
    };

    candidates.svg = function (name, attributes, ...children) {
        const made = document.createElementNS("http://www.w3.org/2000/svg", name);
        Object.entries(attributes || {}).forEach(([key, value]) => value !== null && value !== undefined && made.setAttribute(key, value));
        made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
        return made;
    };

    candidates.icon = function (name) {
        const made = candidates.el("span", { class: "icon", "aria-hidden": "true" });
        made.style.setProperty("--icon", `url("${new URL(`assets/icons/${name}.svg`, document.baseURI)}")`);
        return made;
    };

    candidates.fill = function (place, ...children) {
        const found = typeof place === "string" ? candidates.byId(place) : place;
        if (found) found.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
        return found;
    };

    candidates.text = function (place, text) {
        const found = typeof place === "string" ? candidates.byId(place) : place;
        if (found && found.textContent !== text) found.textContent = text;
    };

    candidates.button = function (text, attributes, run) {
        const { kind = "soft", icon, class: also = "", ...more } = attributes || {};
        const made = candidates.el("button", { type: "button", class: `button button-${kind} ${also}`, ...more }, icon ? candidates.icon(icon) : null, candidates.el("span", {}, text));
        if (run) made.addEventListener("click", run);
        return made;
    };

    candidates.iconButton = function (icon, name, run, more) {
        const { class: also = "", ...others } = more || {};
        const made = candidates.el("button", { type: "button", class: `button button-plain button-icon button-small ${also}`, "aria-label": name, title: name, ...others }, candidates.icon(icon));
        made.addEventListener("click", run);
        return made;
    };

    let made = 0;
    candidates.nextId = (name) => `candidates-${name}-${(made += 1)}`;

    /* ---------------------------------------------------------------- numbers */

    candidates.count = (number) => (Number.isFinite(number) ? Math.round(number).toLocaleString("en-US").replace("-", "−") : "—");
    candidates.decimal = (number, digits) => (Number.isFinite(number) ? number.toFixed(digits).replace("-", "−") : "—");

    /* A number as short as it stays exact enough to read. */
    candidates.short = function (number) {
        if (!Number.isFinite(number)) return "—";
        const size = Math.abs(number);
        if (Number.isInteger(number) && size < 1e15) return String(number).replace("-", "−");
        const text = size >= 1e-3 && size < 1e7 ? String(Number(number.toPrecision(size < 1 ? 4 : 7))) : number.toExponential(3);
        return text.replace("-", "−");
    };

    candidates.several = (n, one, more) => `${candidates.count(n)} ${n === 1 ? one : more || `${one}s`}`;

    /* ---------------------------------------------------------------- what is remembered in this browser */

    candidates.remember = function (name, value) {
        try {
            window.localStorage.setItem(`spectrolabe-candidates-${name}`, JSON.stringify(value));
        } catch (error) {
            /* for this page only, then */
        }
    };

    candidates.remembered = function (name, otherwise) {
        try {
            const text = window.localStorage.getItem(`spectrolabe-candidates-${name}`);
            return text === null ? otherwise : JSON.parse(text);
        } catch (error) {
            return otherwise;
        }
    };

    /* ---------------------------------------------------------------- the server */

    class Refusal extends Error {
        constructor(message, status, content) {
            super(message);
            Object.assign(this, { status, content });
        }
    }
    candidates.Refusal = Refusal;

    /* Throws a Refusal whose message the person can read; an aborted request throws AbortError. */
    candidates.ask = async function (path, body, options) {
        let answer;
        const sent = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
        try {
            answer = await fetch(`/api/candidates/${path}`, { cache: "no-store", ...sent, ...options });
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new Refusal("The server did not answer.", 0, {});
        }
        const content = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new Refusal(content.error || `The server answered with status ${answer.status}.`, answer.status, content);
        return content;
    };

    /* What every question about results has in common. */
    candidates.question = function (more) {
        const { session, index, q } = candidates.state;
        return { session: session || null, index, q, ...more };
    };

    /* ---------------------------------------------------------------- fields and classes */

    candidates.fieldOf = (name) => ((candidates.state.about || {}).fields || []).find((one) => one.name === name) || null;
    candidates.titleOf = (name) => (candidates.fieldOf(name) || { title: name }).title || name;
    candidates.classes = () => ((candidates.state.about || {}).session || { classes: [] }).classes;
    candidates.classOf = (id) => candidates.classes().find((one) => one.class_id === id) || null;
    candidates.isClassField = (name) => name === "@label" || name === "@predicted";

    candidates.mark = (one) => candidates.el("span", { class: `class-mark class-${one ? one.color_row : 1}`, "aria-hidden": "true" });

    /* A value of a field in words. */
    candidates.wordOf = function (field, value) {
        if (value === null || value === undefined || value === "") return "—";
        if (candidates.isClassField(field)) return (candidates.classOf(value) || { name: "a class that was removed" }).name;
        if (typeof value === "boolean") return value ? "yes" : "no";
        if (typeof value === "number") return candidates.short(value);
        if ((candidates.fieldOf(field) || {}).type === "time") return String(value).replace("T", " ").replace(/(:00)?(\.\d+)?(\+00:00|Z)$/, "").replace(" 00:00", "");
        return String(value);
    };

    candidates.say = (text) => candidates.text("candidates-live", text);

    candidates.debounce = function (run, ms) {
        let timer = 0;
        return function (...given) {
            clearTimeout(timer);
            timer = setTimeout(() => run(...given), ms);
        };
    };
})();
