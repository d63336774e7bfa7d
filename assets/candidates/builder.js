/* The builder: the same query as rows and groups. Node: {op: "and" | "or", parts}, {op: "not", part}, or a leaf
   {field, op, value, values, low, high}; what the builder has no row for comes as {op: "text", text}. */
(function () {
    "use strict";
    const candidates = window.spectrolabe.candidates;
    const { el } = candidates;
    const OPS = {
        string: [["is", "is"], ["one_of", "is one of"], ["begins", "begins with"], ["words", "has the words"], ["phrase", "has the phrase"], ["like", "is like (typing errors)"], ["exists", "has a value"]],
        number: [["between", "is between"], ["is", "is"], ["one_of", "is one of"], ["exists", "has a value"]],
        time: [["between", "is between"], ["exists", "has a value"]],
        boolean: [["true", "is yes"], ["false", "is no"], ["exists", "has a value"]],
        anywhere: [["words", "has the words"], ["phrase", "has the phrase"], ["like", "is like (typing errors)"]],
        cone: [["cone", "within"]],
    }; // prettier-ignore
    let root = null;
    let place = null;
    let preview = null;
    let error = null;

    const typeOf = (name) => (name === "" ? "anywhere" : name === "cone" ? "cone" : { integer: "number", number: "number" }[(candidates.fieldOf(name) || {}).type] || (candidates.fieldOf(name) || { type: "string" }).type);

    candidates.acts.builder = async function () {
        const rest = candidates.byId("candidates-input").value.trim();
        const q = [...candidates.state.chips.filter((one) => one.kind !== "words").map((one) => one.text), rest].filter(Boolean).join(" ");
        let tree;
        try {
            ({ tree } = await candidates.ask("query", candidates.question({ q })));
        } catch (refused) {
            candidates.showError(refused, q);
            return;
        }
        root = tree.op === "and" ? tree : tree.op === "all" ? { op: "and", parts: [] } : { op: "and", parts: [tree] };
        if (!root.parts.length) root.parts.push(leaf());
        place = el("div", { class: "builder" });
        preview = el("pre", { class: "builder-text", "aria-label": "The same search as text" });
        error = el("div", { class: "field-error", role: "alert" });
        const go = candidates.button("Search", { kind: "primary" }, search);
        const dialog = candidates.dialog("Build a search", el("div", { class: "stack" }, place, preview, error), candidates.button("Start anew", { kind: "plain" }, () => ((root = { op: "and", parts: [leaf()] }), draw())), go);
        dialog.classList.add("is-wide");
        candidates.builder = dialog;
        draw();
    };

    const leaf = () => ({ field: first(), op: OPS[typeOf(first())][0][0], value: "", low: "", high: "" });
    const first = () => (candidates.fieldOf("@p_candidate") ? "@p_candidate" : "id");

    async function search() {
        const answer = await write();
        if (!answer) return;
        candidates.builder.close();
        candidates.find({ q: answer.q });
    }

    async function write() {
        const { signal, isLatest } = candidates.latest("builder");
        try {
            const answer = await candidates.ask("query", candidates.question({ edit: { kind: "tree", tree: root } }), { signal });
            if (!isLatest()) return null;
            preview.textContent = answer.q || "everything";
            error.textContent = "";
            return answer;
        } catch (refused) {
            if (refused.name !== "AbortError") error.textContent = refused.message;
            return null;
        }
    }
    const writeSoon = candidates.debounce(() => place && place.isConnected && write(), 250);

    function draw() {
        candidates.fill(place, group(root, null));
        writeSoon();
    }

    function group(node, parent) {
        const select = el("select", { class: "form-select select-small", "aria-label": "How the conditions are joined" }, el("option", { value: "and" }, "all of these"), el("option", { value: "or" }, "one of these"));
        select.value = node.op;
        select.addEventListener("change", () => ((node.op = select.value), writeSoon()));
        const add = candidates.button("Condition", { kind: "plain", icon: "plus", class: "button-small" }, () => (node.parts.push(leaf()), draw()));
        const nest = candidates.button("Group", { kind: "plain", icon: "plus", class: "button-small" }, () => (node.parts.push({ op: node.op === "and" ? "or" : "and", parts: [leaf(), leaf()] }), draw()));
        const drop = parent ? candidates.iconButton("x", "Remove the group", () => remove(parent, node)) : null;
        return el("fieldset", { class: "builder-group" }, el("legend", { class: "builder-legend" }, select, drop), ...node.parts.map((part) => row(part, node)), el("div", { class: "row-line" }, add, nest));
    }

    function remove(parent, node) {
        parent.parts = parent.parts.filter((one) => one !== node);
        draw();
    }

    function row(node, parent) {
        if (node.op === "and" || node.op === "or") return group(node, parent);
        const isNot = node.op === "not";
        const inner = isNot ? node.part : node;
        const not = el("button", { type: "button", class: "label-pill builder-not", "aria-pressed": String(isNot) }, "not");
        not.addEventListener("click", function () {
            parent.parts[parent.parts.indexOf(node)] = isNot ? inner : { op: "not", part: node };
            draw();
        });
        const drop = candidates.iconButton("x", "Remove the condition", () => remove(parent, node));
        if (["and", "or", "not"].includes(inner.op)) return el("div", { class: "builder-row" }, not, group(inner.op === "not" ? { op: "and", parts: [inner] } : inner, parent), drop);
        if (inner.op === "text") return el("div", { class: "builder-row" }, not, input(inner, "text", "As text"), drop);
        return el("div", { class: "builder-row" }, not, field(inner), how(inner), ...inputs(inner), drop);
    }

    function field(node) {
        const options = [["", "anywhere"], ["cone", "position"], ...candidates.state.about.fields.map((one) => [one.name, one.title])];
        const made = el("select", { class: "form-select", "aria-label": "Field" }, ...options.map(([value, words]) => el("option", { value }, words)));
        made.value = node.field || "";
        made.addEventListener("change", function () {
            Object.assign(node, { field: made.value, op: OPS[typeOf(made.value)][0][0], value: "", low: "", high: "" });
            draw();
        });
        return made;
    }

    function how(node) {
        const ops = OPS[typeOf(node.field || "")];
        const made = el("select", { class: "form-select", "aria-label": "How" }, ...ops.map(([value, words]) => el("option", { value }, words)));
        made.value = node.op;
        made.addEventListener("change", () => ((node.op = made.value), draw()));
        return made;
    }

    function inputs(node) {
        if (node.op === "between") return [input(node, "low", "from"), input(node, "high", "to")];
        if (node.op === "cone") return [input(node, "value", "83.633 +22.014"), input(node, "radius", "15'")];
        if (node.op === "one_of") return [input(node, "value", "A0V, B9, B8")];
        if (["exists", "true", "false"].includes(node.op)) return [];
        if (candidates.isClassField(node.field) && node.op === "is") {
            const made = el("select", { class: "form-select", "aria-label": "Class" }, ...candidates.classes().map((one) => el("option", { value: one.class_id }, one.name)));
            if (node.value) made.value = node.value;
            node.value = made.value;
            made.addEventListener("change", () => ((node.value = made.value), writeSoon()));
            return [made];
        }
        return [input(node, "value", "value")];
    }

    function input(node, name, words) {
        const made = el("input", { class: "form-control", value: node[name] === null || node[name] === undefined ? "" : String(node[name]), "aria-label": words, placeholder: words, autocomplete: "off" });
        made.addEventListener("input", () => ((node[name] = made.value), writeSoon()));
        made.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), search()));
        return made;
    }
})();
