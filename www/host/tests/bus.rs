//! CXBus: one test per fact of bus facts 1 that needs no server.

browser_tests! {
    /// 1.1
    the_global_has_exactly_these_members => r#"
        eq(Object.keys(CXBus).sort(), ["command", "configure", "data", "loadFile", "loadModule", "loadPlugin",
            "registerMaster", "registerModule", "registerPlugin", "subscribe"]);
        CXBus.configure({ unlocked: true });
        ok(CXBus.getPluginInterface("CXBus").publish, "getPluginInterface appears when unlocked");
    "#;
    /// 1.1
    register_master_gives_control_once => r#"
        const master = CXBus.registerMaster();
        eq(Object.keys(master).sort(), ["config", "lock", "unlock"]);
        same(CXBus.registerMaster(), undefined);
        master.lock();
        same(CXBus.registerPlugin("Late"), false, "a locked bus registers nobody");
        master.unlock();
        ok(CXBus.registerPlugin("Late"));
    "#;
    /// 1.2
    a_plugin_has_exactly_these_members => r#"
        eq(Object.keys(CXBus.registerPlugin("P")).sort(), ["before", "command", "data", "namespace", "publish",
            "publishDirect", "ready", "registerCommand", "registerEvents", "registry", "republish", "subscribe",
            "subscribers", "unsubscribe"]);
    "#;
    /// 1.2
    names_are_taken_once_and_case_counts => r#"
        ok(CXBus.registerPlugin("ProbeA"));
        same(CXBus.registerPlugin("ProbeA"), false);
        ok(CXBus.registerPlugin("probea"));
        same(CXBus.registerPlugin(7), false);
        same(CXBus.registerPlugin(), false);
    "#;
    /// 1.2
    every_plugin_has_commands_events_and_load => r#"
        const p = CXBus.registerPlugin("P");
        p.registerCommand("open", () => {});
        p.registerEvents(["opened", "closed"]);
        p.registerEvents("ready");
        eq(await p.command("COMMANDS"), ["COMMANDS", "EVENTS", "LOAD", "open"]);
        eq(await p.command("P.EVENTS"), ["opened", "closed", "ready"]);
        const load = CXBus.command("P.LOAD");
        await settle();
        eq(load.state(), "pending", "LOAD waits for ready()");
        p.ready();
        await load;
    "#;
    /// 1.2
    a_second_registration_of_a_command_replaces_the_first => r#"
        const p = CXBus.registerPlugin("P");
        same(p.registerCommand("x", (e) => e.deferred.resolve(1)), true);
        same(p.registerCommand("x", (e) => e.deferred.resolve(2)), true);
        eq(await p.command("x"), 2);
    "#;
    /// 1.2
    namespace_registry_and_subscribers_tell_about_the_bus => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q");
        p.registerCommand("open", () => {});
        eq(p.namespace(), "P");
        same(p.registry(), q.registry(), "the live object");
        eq(p.registry().P.commands, ["COMMANDS", "EVENTS", "LOAD", "open"]);
        q.subscribe("P.opened", () => {});
        q.subscribe("PQ.opened", () => {});
        q.subscribe("PQ.opened", () => {});
        q.subscribe("Z.opened", () => {});
        eq(p.subscribers(), { "P.opened": ["Q"], "PQ.opened": ["Q", "Q"] }, "whatever contains the name");
    "#;
    /// 1.2
    commands_of_others_wait_for_ready_in_order_and_own_ones_do_not => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), seen = [];
        p.registerCommand("x", (e) => { seen.push(e.data.n); e.deferred.resolve(); });
        q.command("P.x", { n: 1 });
        const lost = q.command("P.unknown");
        q.command("P.x", { n: 2 });
        await p.command("x", { n: 0 });
        eq(seen, [0]);
        p.ready();
        await until(() => seen.length === 3);
        eq(seen, [0, 1, 2]);
        await settle();
        eq(lost.state(), "pending", "a queued unknown command is dropped silently");
    "#;
    /// 1.3
    a_handler_gets_the_callers_very_data_in_a_task_of_its_own => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), data = { a: 1 };
        let event;
        p.registerCommand("x", (e) => { event = e; e.deferred.resolve("one", "two"); });
        p.ready();
        const result = q.command("P.x", data);
        same(event, undefined, "not at once");
        eq((await settled(result)).values, ["one", "two"]);
        same(event.data, data);
        eq([event.commander, event.command, typeof event.time], ["Q", "P.x", "number"]);
        eq(Object.keys(event).sort(), ["command", "commander", "data", "deferred", "time"]);
        q.command("P.x");
        await settle();
        eq(event.data, {}, "no data become {}");
    "#;
    /// 1.3
    data_that_are_no_object_are_refused => r#"
        const p = CXBus.registerPlugin("P");
        p.registerCommand("x", (e) => e.deferred.resolve());
        const outcome = await settled(p.command("x", "text"));
        eq(outcome.state, "rejected");
        ok(/before/.test(outcome.value));
        eq((await settled(p.command("x", 5))).state, "rejected");
    "#;
    /// 1.3
    an_exception_in_a_handler_is_a_page_error_and_never_settles => r#"
        const p = CXBus.registerPlugin("P");
        p.registerCommand("x", () => { throw new Error("boom-handler"); });
        const result = p.command("x");
        await until(() => pageErrors.some((text) => text.includes("boom-handler")));
        eq(result.state(), "pending");
    "#;
    /// 1.3 and 0.7
    an_unknown_command_of_a_ready_plugin_never_settles => r#"
        const p = CXBus.registerPlugin("P");
        p.ready();
        const result = CXBus.command("P.nothing");
        await settle();
        eq(result.state(), "pending");
    "#;
    /// 1.3 and 0.7
    an_unknown_plugin_is_looked_for_as_a_script_and_rejected => r#"
        CXBus.configure({ pluginsPath: "/no/such/folder" });
        const p = CXBus.registerPlugin("P");
        const result = p.command("Missing.open");
        ok(all("script").some((script) => script.src.endsWith("/no/such/folder/missing.min.js")));
        const outcome = await settled(result);
        eq(outcome.state, "rejected");
        ok(/plugins path/.test(outcome.value));
        const dotted = p.command("cx.plugin.X.open");
        ok(all("script").some((script) => script.src.endsWith("/cx.min.js")), "only the first part counts");
        await settled(dotted);
    "#;
    /// 1.1
    the_plugin_map_names_the_file_or_forbids_it => r#"
        const blob = new Blob([""], { type: "text/javascript" });
        CXBus.configure({ pluginMap: { Never: false, Query: "/x.js?v=1", CXOther: "/other/cx-other.js" } });
        const p = CXBus.registerPlugin("P");
        eq((await settled(p.command("Never.open"))).state, "rejected");
        eq((await settled(p.command("Query.open"))).state, "rejected", "no query string");
        ok(!all("script").some((script) => /x\.js/.test(script.src)));
        const waiting = p.command("CXOther.open", { n: 1 });
        ok(all("script").some((script) => script.src.endsWith("/other/cx-other.js")));
        // As if the file had registered it: the command waits for ready().
        const other = CXBus.registerPlugin("CXOther");
        other.registerCommand("open", (e) => e.deferred.resolve(e.data.n));
        other.ready();
        eq(await waiting, 1);
    "#;
    /// 1.3
    before_changes_or_cancels_any_callers_command_at_once => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), seen = [];
        p.registerCommand("x", (e) => e.deferred.resolve(e.data));
        p.ready();
        let verdict = (data) => ({ ...data, extra: true });
        q.before("P.x", (data) => { seen.push(data); return verdict(data); });
        const result = CXBus.command("P.x", { a: 1 });
        eq(seen, [{ a: 1 }], "synchronously");
        eq(await result, { a: 1, extra: true });
        eq(await p.command("x", {}), { extra: true }, "also for what the target issues to itself");
        verdict = () => false;
        const cancelled = await settled(CXBus.command("P.x", {}));
        eq(cancelled.state, "rejected");
        ok(/before/.test(cancelled.value));
    "#;
    /// 1.3, `async`
    delivery_is_immediate_when_configured_so => r#"
        CXBus.configure({ async: false });
        const p = CXBus.registerPlugin("P");
        let seen = 0;
        p.registerCommand("x", () => { seen += 1; });
        p.subscribe("P.e", () => { seen += 10; });
        p.command("x");
        p.publish("e");
        eq(seen, 11);
    "#;
    /// 1.4
    a_deferred_reads_like_old_jquery => r#"
        const p = CXBus.registerPlugin("P");
        let handler;
        p.registerCommand("x", (e) => { handler = e.deferred; });
        const result = p.command("x"), log = [];
        const reading = ["always", "debug", "done", "fail", "isRejected", "isResolved", "pipe", "progress", "promise", "state", "then"];
        eq(Object.keys(result).sort(), reading);
        same(result.done(() => log.push("done")).fail(() => log.push("fail")).always(() => log.push("always"))
            .progress((value) => log.push(value)), result, "chains");
        same(result.then(() => log.push("then")), undefined, "then does not chain");
        const piped = result.pipe((value) => value * 2);
        await until(() => handler);
        eq(Object.keys(handler).sort(), ["notify", "notifyWith", "reject", "rejectWith", "resolve", "resolveWith", ...reading].sort());
        for (const [name, member] of Object.entries(handler)) eq(typeof member, "function", name);
        handler.notify("half");
        const { resolve } = handler;
        resolve(21);
        handler.reject("too late");
        eq(log, ["half", "done", "always", "then"]);
        eq([result.state(), result.isResolved(), result.isRejected()], ["resolved", true, false]);
        let late = 0;
        result.done((value) => { late = value; });
        eq(late, 21, "after settling at once");
        eq(await piped, 42);
        eq(await Promise.resolve(result), 21);
        eq(await handler.promise(), 21);
    "#;
    /// 1.4
    resolve_with_sets_the_context_and_rejection_reaches_await => r#"
        const p = CXBus.registerPlugin("P"), context = {};
        p.registerCommand("x", (e) => e.deferred.resolveWith(context, [1, 2]));
        p.registerCommand("y", (e) => e.deferred.reject("no"));
        let seen;
        p.command("x").done(function (a, b) { seen = [this === context, a, b]; });
        await until(() => seen);
        eq(seen, [true, 1, 2]);
        let caught;
        try { await p.command("y"); } catch (error) { caught = error; }
        eq(caught, "no");
    "#;
    /// 1.5
    publish_puts_the_own_name_before_and_makes_falsy_data_an_object => r#"
        const p = CXBus.registerPlugin("P"), seen = [];
        same(CXBus.subscribe("P.e", (event) => seen.push(event)), "P.e", "subscribe returns the name");
        CXBus.subscribe("P.P.e", () => seen.push("doubled"));
        p.publish("e", "text");
        p.publish("e");
        p.publish("e", 0);
        p.publish("P.e");
        eq(seen.length, 0, "not at once");
        await until(() => seen.length === 4);
        eq(seen.slice(0, 3).map((event) => event.data), ["text", {}, {}]);
        eq([seen[0].publisher, seen[0].event, typeof seen[0].time], ["P", "P.e", "number"]);
        eq(Object.keys(seen[0]).sort(), ["data", "event", "publisher", "time"]);
        eq(seen[3], "doubled");
    "#;
    /// 1.5
    subscribers_share_the_data_and_survive_each_others_exceptions => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), data = { n: 1 }, seen = [];
        p.subscribe("P.e", (event) => { event.data.n += 1; });
        p.subscribe("P.e", () => { throw new Error("boom-subscriber"); });
        q.subscribe("P.e", (event) => seen.push(event.data));
        q.subscribe("P.e", () => seen.push("twice"));
        p.publish("e", data);
        await until(() => seen.length === 2);
        same(seen[0], data);
        eq([data.n, seen[1]], [2, "twice"]);
        await until(() => pageErrors.some((text) => text.includes("boom-subscriber")));
    "#;
    /// 1.5
    republish_reaches_later_subscribers_with_the_republished_data => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), seen = [];
        p.republish("ready", { n: 1 });
        q.subscribe("P.ready", (event) => seen.push(event.data.n));
        eq(seen, [], "not at once");
        await until(() => seen.length === 1);
        p.publish("ready", { n: 2 });
        await until(() => seen.length === 2);
        const late = [];
        const r = CXBus.registerPlugin("R");
        r.subscribe("P.ready", (event) => late.push(event.data.n));
        await until(() => late.length === 1);
        eq(late, [1], "publish does not change what is remembered");
        p.republish("ready", { n: 3 });
        await until(() => late.length === 2 && seen.length === 3);
        eq([seen, late], [[1, 2, 3], [1, 3]]);
    "#;
    /// 1.5
    unsubscribe_takes_all_own_subscriptions_and_the_last_one_the_memory => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q");
        let mine = 0, others = 0;
        p.subscribe("P.e", () => { mine += 1; });
        p.subscribe("P.e", () => { mine += 1; });
        q.subscribe("P.e", () => { others += 1; });
        p.republish("e", { n: 1 });
        await until(() => mine === 2 && others === 1);
        p.unsubscribe("P.e");
        p.publish("e");
        await until(() => others === 2);
        eq(mine, 2);
        q.unsubscribe("P.e");
        q.subscribe("P.e", () => { others += 1; });
        await settle();
        eq(others, 2, "nobody was left: the memory is gone");
    "#;
    /// 1.5
    data_are_shared_and_changes_are_published => r#"
        const p = CXBus.registerPlugin("P"), q = CXBus.registerPlugin("Q"), seen = [];
        for (const name of ["data", "data.k", "data.k:5"]) q.subscribe(`P.${name}`, (event) => seen.push([name, event.data]));
        p.data("k", 4);
        await until(() => seen.length === 2);
        seen.length = 0;
        p.data("k", 5);
        await until(() => seen.length === 3);
        eq(seen.map(([name]) => name), ["data", "data.k", "data.k:5"]);
        eq([seen[1][1].last, seen[1][1].value, typeof seen[1][1].time], [4, 5, "number"]);
        p.data("k", 5);
        await settle();
        eq(seen.length, 3, "no change, no event");
        eq([p.data("k"), q.data("P.k"), CXBus.data("P.k"), q.data("k")], [5, 5, 5, undefined]);
    "#;
    /// 1.1
    the_global_acts_as_a_plugin_called_cx_bus => r#"
        const p = CXBus.registerPlugin("P"), seen = [];
        p.registerCommand("who", (e) => e.deferred.resolve(e.commander));
        p.ready();
        eq(await CXBus.command("P.who"), "CXBus");
        p.subscribe("CXBus.data.k", (event) => seen.push(event.publisher, event.data.value));
        CXBus.data("k", 3);
        await until(() => seen.length);
        eq([seen, p.data("CXBus.k")], [["CXBus", 3], 3]);
        CXBus.subscribe("P.e", () => {});
        eq(p.subscribers(), { "P.e": ["CXBus"] });
    "#;
    /// 1.2
    load_plugin_compares_without_case => r#"
        const scripts = all("script").length;
        ok(CXBus.registerPlugin("ProbeA"));
        await CXBus.loadPlugin("PROBEA");
        eq(all("script").length, scripts, "nothing had to be loaded");
    "#;
    /// 1.2
    ready_publishes_nothing_and_events_need_no_registration => r#"
        const p = CXBus.registerPlugin("P"), seen = [];
        same(p.registerEvents(["known"]), undefined);
        for (const name of ["ready", "known", "unknown"]) CXBus.subscribe(`P.${name}`, (event) => seen.push(event.event));
        p.ready();
        p.publish("unknown");
        await until(() => seen.length);
        await settle();
        eq(seen, ["P.unknown"]);
    "#;
}
