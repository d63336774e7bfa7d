/* Train: form and JSON are two views of one object. The text is what counts; the form changes single values in it, so
   that the person's order, layout and unfinished typing stay as they are. Called by callbacks/train/editing.py. */
(function () {
    "use strict";
    const dc = (window.dash_clientside = window.dash_clientside || {});
    const own = (dc.train = dc.train || {});
    const spectrolabe = (window.spectrolabe = window.spectrolabe || {}); // of it jsonText, by assets/json-text.js
    const YES = ["yes", "y", "ano", "true"];
    const CHECK_AFTER_MS = 300;
    let timer = null;

    /* ---------------------------------------------------------------- form and object */

    function valueOf(object, field) {
        const name = field.names.find((one) => Object.hasOwn(object, one));
        const value = name === undefined ? field.default : object[name];
        if (field.widget === "yes_no" || field.widget === "boolean") {
            return value === true || (typeof value === "string" && YES.includes(value.trim().toLowerCase()));
        }
        if (field.widget === "classes") return Array.isArray(value) ? value : value === null ? [] : [String(value)];
        if (field.widget === "names") return Array.isArray(value) ? value.join(", ") : String(value ?? "");
        if (value === null || typeof value === "object") return "";
        return field.widget === "number" && typeof value === "number" ? value : String(value);
    }

    function fromForm(field, value) {
        if (field.widget === "yes_no") return value ? "yes" : "no";
        if (field.widget === "boolean") return Boolean(value);
        if (field.widget === "training_set") return value ?? "";
        if (value === null || value === undefined || value === "" || Number.isNaN(value)) return undefined;
        if (field.widget === "classes") return value.length ? field.order.filter((one) => value.includes(one)) : undefined;
        if (field.widget === "names") {
            const names = String(value).split(",").map((one) => one.trim()).filter(Boolean);
            return names.length ? names : undefined;
        }
        return field.widget === "number" ? Number(value) : value;
    }

    function plain(value) {
        if (Array.isArray(value)) return [...value].sort().join("\u0000");
        return value === null || value === undefined || Number.isNaN(value) ? "" : String(value);
    }

    function changedBy(fields, values, draft) {
        let text = draft.text;
        fields.forEach((field, place) => {
            if (plain(values[place]) === plain(valueOf(draft.object, field))) return;
            const value = fromForm(field, values[place]);
            const name = field.names.find((one) => Object.hasOwn(draft.object, one));
            if (value === undefined && name === undefined) return;
            text = spectrolabe.jsonText.withValue(text, field.names, value);
        });
        return text;
    }

    /* One callback has form, JSON and draft as inputs and outputs, so there is one place where they meet. */
    own.sync = function (source, typed, values, draft, schema) {
        const none = dc.no_update;
        const ids = dc.callback_context.inputs_list[2] || [];
        const fields = ids.map((input) => schema[input.id.key]);
        const keep = fields.map(() => none);
        if (!source) return [none, keep, none, none];
        if (!draft || draft.nonce !== source.nonce) {
            const object = spectrolabe.jsonText.parseObject(source.text);
            const shown = fields.map((field) => valueOf(object || {}, field));
            const made = { text: source.text, object: object || {}, nonce: source.nonce, is_json: object !== null };
            return [source.text, shown, made, object === null];
        }
        if ((typed ?? "") !== draft.text) {
            const object = spectrolabe.jsonText.parseObject(typed ?? "");
            const made = { ...draft, text: typed ?? "", object: object || draft.object, is_json: object !== null };
            const shown = fields.map((field, place) => {
                const value = valueOf(made.object, field);
                return object === null || plain(value) === plain(values[place]) ? none : value;
            });
            return [none, shown, made, object === null];
        }
        const text = draft.is_json ? changedBy(fields, values, draft) : draft.text;
        if (text === draft.text) return [none, keep, none, none];
        return [text, keep, { ...draft, text, object: spectrolabe.jsonText.parseObject(text) }, false];
    };

    /* The server checks once nobody has typed for a while. */
    own.checkLater = function (draft, session) {
        if (!draft || !session) return dc.no_update;
        window.clearTimeout(timer);
        const check = { text: draft.text, session };
        timer = window.setTimeout(() => dc.set_props("train-check-store", { data: check }), CHECK_AFTER_MS);
        return dc.no_update;
    };

    /* ---------------------------------------------------------------- the editor */

    function escaped(text) {
        return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
    }

    function painted(line) {
        const token = /("(?:[^"\\]|\\.)*"?)(\s*:)?|(-?\d[\d.eE+-]*|true|false|null)/g;
        let html = "";
        let at = 0;
        for (const match of line.matchAll(token)) {
            html += '<span class="json-mark">' + escaped(line.slice(at, match.index)) + "</span>";
            if (match[1] && match[2]) html += escaped(match[1]) + '<span class="json-mark">' + match[2] + "</span>";
            else html += '<span class="json-value">' + escaped(match[0]) + "</span>";
            at = match.index + match[0].length;
        }
        return html + '<span class="json-mark">' + escaped(line.slice(at)) + "</span>";
    }

    function problemsByLine(checked) {
        const lines = new Map();
        for (const problem of (checked && checked.problems) || []) {
            if (problem.line && !lines.has(problem.line)) lines.set(problem.line, problem.message);
        }
        return lines;
    }

    own.paint = function (text, checked) {
        const editor = document.getElementById("train-editor");
        if (!editor) return dc.no_update;
        const wrong = problemsByLine(checked);
        const lines = String(text ?? "").split("\n");
        const numbers = lines.map((_, k) => `<div${wrong.has(k + 1) ? ' class="json-wrong"' : ""}>${k + 1}</div>`);
        const body = lines.map((line, k) => {
            if (!wrong.has(k + 1)) return `<div>${painted(line) || " "}</div>`;
            const message = `<span class="json-error">${escaped(wrong.get(k + 1))}</span>`;
            return `<div class="json-wrong">${painted(line) || " "}${message}</div>`;
        });
        editor.querySelector(".json-lines").innerHTML = numbers.join("");
        editor.querySelector(".json-paint").innerHTML = body.join("");
        const area = editor.querySelector("textarea");
        if (area) area.setAttribute("aria-invalid", wrong.size ? "true" : "false");
        return dc.no_update;
    };

    /* Letters appear as they are typed, not after a round trip. */
    document.addEventListener("input", (event) => {
        if (event.target.id === "train-json-text") own.paint(event.target.value, null);
    });

    /* Once the run that was watched here is done, the draft is about the iteration after it. */
    own.advance = function (live, draft, seen) {
        const none = [dc.no_update, dc.no_update];
        if (!live || !live.job_id || !draft) return none;
        if (["QUEUED", "EXECUTING"].includes(live.phase)) return [dc.no_update, live.job_id];
        if (live.phase !== "COMPLETED" || seen !== live.job_id) return none;
        const number = live.keys.iteration_num;
        if (!draft.is_json || draft.object.iteration_num !== number) return [dc.no_update, null];
        const text = spectrolabe.jsonText.withValue(draft.text, ["iteration_num"], number + 1);
        return [{ text, nonce: String(Date.now()), name: null }, null];
    };

    own.showView = (view) => "train-views view-" + (view || "both");

    /* ---------------------------------------------------------------- files dropped on the card */

    const carriesFile = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
    const target = (event) => event.target.closest && event.target.closest(".train-drop");

    document.addEventListener("dragover", (event) => {
        const card = target(event);
        if (!card || !carriesFile(event)) return;
        event.preventDefault();
        card.classList.add("train-dropping");
    });
    document.addEventListener("dragleave", (event) => {
        const card = target(event);
        if (card && !card.contains(event.relatedTarget)) card.classList.remove("train-dropping");
    });
    document.addEventListener("drop", async (event) => {
        const card = target(event);
        if (!card || !carriesFile(event)) return;
        event.preventDefault();
        card.classList.remove("train-dropping");
        const file = event.dataTransfer.files[0];
        if (!file) return;
        const text = file.size > 1e6 ? "" : await file.text();
        dc.set_props("train-import-store", { data: { name: file.name, text, size: file.size, at: Date.now() } });
    });
})();
