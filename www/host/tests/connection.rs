//! The connection options of GMS and what they are without an option (bus facts 3).

browser_tests! {
    /// 3: `ajaxTimeout`
    a_request_that_takes_too_long_is_given_up => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig({ ajaxTimeout: 30 }));
        await until(() => spy.has("ready"));
        let given = false;
        window.fetch = ({ signal }) => new Promise((resolve, reject) => {
            signal.addEventListener("abort", () => { given = true; reject(signal.reason); });
        });
        const { state, value } = await settled(spy.command("WebChatService.startChat", {}));
        eq([state, value.status, value.statusText, given], ["rejected", 0, "timeout", true]);
    "##;
    /// 3: `xhrFields`
    cookies_go_along_only_where_the_page_says_so => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig({ xhrFields: { withCredentials: true } }));
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.startChat", {});
        eq(gms.sent("start")[0].credentials, "include");
        gms.ended = true;
    "##;
    /// 3: what holds without an option: credentials, headers, and the times of requests and typing
    without_options_the_documented_values_hold => r##"
        const plain = window.setTimeout, delays = [];
        window.setTimeout = (work, delay, ...more) => { delays.push(delay); return plain.call(window, work, delay, ...more); };
        const gms = fakeGms(), spy = makeSpy(CXBus), webchat = { dataURL: `${location.origin}/genesys/2/chat/svc` };
        run(CXBus, { main: { header: { Authorization: "Bearer page" } }, webchat });
        await until(() => spy.has("ready"));
        gms.add("ParticipantJoined", CLIENT);
        await spy.command("WebChatService.startChat", {});
        const [{ credentials, headers, path }] = gms.sent("start");
        eq([credentials, headers.get("apikey"), headers.get("authorization"), path], ["same-origin", null, null, "/"]);
        ok(delays.includes(3000), "ajaxTimeout");
        delays.length = 0;
        await spy.command("WebChatService.sendTyping", {});
        window.setTimeout = plain;
        ok(delays.includes(2000), "the end of typing, two seconds after the last call");
        window.setTimeout = (work, delay, ...more) => { delays.push(delay); return plain.call(window, work, delay, ...more); };
        gms.add("ParticipantJoined", AGENT);
        gms.add("TypingStarted", AGENT);
        await until(() => spy.has("agentTypingStarted"));
        window.setTimeout = plain;
        ok(delays.includes(30000), "agentTypingTimeout");
        eq((await settled(spy.command("WebChatService.sendMessage", { message: "x".repeat(501) }))).state, "rejected", "maxMessageLength");
        gms.ended = true;
    "##;
    /// 3, "Polling": half a second, then a fifth more each time up to three seconds, looked at four times a second
    polls_have_their_documented_times => r##"
        let now = Date.now();
        const clock = Date.now, interval = window.setInterval, tickers = [], polls = [];
        const gms = fakeGms(), spy = makeSpy(CXBus), webchat = { dataURL: `${location.origin}/genesys/2/chat/svc` };
        const answered = () => (spy.datas["WebChatService.ajaxResponse"] || []).length, server = window.fetch;
        let asked = 0;
        window.fetch = (request) => { asked += request.url.endsWith("/refresh"); return server(request); };
        run(CXBus, { main: {}, webchat });
        await until(() => spy.has("ready"));
        try {
            Date.now = () => now;
            window.setInterval = (work, delay) => { tickers.push([work, delay]); return 0; };
            await spy.command("WebChatService.startChat", {});
            await until(() => tickers.length && answered() === 1);
            const [[tick, every]] = tickers, begun = now, before = answered();
            for (let step = 0; step < 120; step += 1) {
                now += 250;
                const known = asked;
                tick();
                await task();
                if (asked > known) polls.push(now - begun);
                await until(() => answered() - before === asked);
            }
            const gaps = polls.map((time, nth) => time - (polls[nth - 1] || 0));
            // Each is the first look of the ticker after the pace that has been reached.
            const paces = gaps.map((_, nth) => Math.min(3000, 500 * 1.2 ** Math.max(0, nth - 1)));
            eq([every, gaps], [250, paces.map((pace) => Math.ceil(pace / 250 - 1e-9) * 250)]);
            ok(gaps.length > 12 && gaps.at(-1) === 3000, show(gaps));
            gms.ended = true;
            now += 3000;
            tick();
            await until(() => spy.has("ended"));
        } finally {
            Date.now = clock;
            window.setInterval = interval;
        }
    "##;
    /// 3, "Status": `pollExceptionLimit` is five
    five_soft_errors_in_a_row_are_tolerated => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), own = asItself(CXBus, "WebChatService");
        await spy.command("WebChatService.stopPoll");
        await settle();
        gms.statusCode = 1;
        const offline = [];
        for (let nth = 0; nth < 6; nth += 1) {
            const answers = spy.datas["WebChatService.ajaxResponse"].length;
            await own.command("poll");
            await until(() => spy.datas["WebChatService.ajaxResponse"].length > answers);
            await settle();
            offline.push(spy.has("chatServerWentOffline"));
        }
        eq(offline, [false, false, false, false, false, true]);
        gms.statusCode = 0;
        gms.ended = true;
        await spy.command("WebChatService.startPoll");
    "##;
    /// 3, "Polling": `pollRateSleep` is half a minute
    a_sleeping_page_asks_twice_a_minute => r##"
        let hidden = false, now = Date.now();
        const clock = Date.now, interval = window.setInterval, tickers = [];
        const gms = fakeGms(), spy = makeSpy(CXBus), server = window.fetch;
        let asked = 0;
        window.fetch = (request) => { asked += request.url.endsWith("/refresh"); return server(request); };
        const answered = () => (spy.datas["WebChatService.ajaxResponse"] || []).length;
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        run(CXBus, { main: {}, webchat: { dataURL: `${location.origin}/genesys/2/chat/svc`, sleepEnabled: true } });
        await until(() => spy.has("ready"));
        try {
            Date.now = () => now;
            window.setInterval = (work, delay) => { tickers.push(work); return 0; };
            await spy.command("WebChatService.startChat", {});
            await until(() => tickers.length && answered() === 1);
            const before = answered(), tick = async (wait) => {
                now += wait;
                tickers[0]();
                await task();
                await until(() => answered() - before === asked);
                return asked;
            };
            hidden = true;
            // The first is at the pace from before the sleep.
            eq([await tick(500), await tick(29999), await tick(1), await tick(29999), await tick(1)], [1, 1, 2, 2, 3]);
            hidden = false;
            gms.ended = true;
            await tick(0);
            await until(() => spy.has("ended"));
        } finally {
            delete document.hidden;
            Date.now = clock;
            window.setInterval = interval;
        }
    "##;
    /// 3, "Polling": `dynamicPolling` and the rates that a page sets
    a_page_may_poll_at_an_even_pace => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { dynamicPolling: false, pollRateMin: 20, pollRateMult: 1000, pollRateMax: 100000 });
        await until(() => gms.sent("refresh").length >= 4, "it does not slow down");
        gms.ended = true;
        await until(() => spy.has("ended"));
    "##;
    /// 3, "Status": 404, 500 and 502, with and without a body that says what is wrong
    each_fault_of_the_server_is_told_with_its_reason => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), errors = () => spy.datas["WebChatService.error"] || [];
        for (const status of [404, 500, 502]) {
            const before = errors().length;
            gms.http = status;
            await until(() => errors().length > before);
            gms.http = 0;
            const report = errors().at(-1);
            eq([report.status, report.errorReason, report.responseText], [status, "InvalidService", "nothing here"]);
            gms.say(`after ${status}`);
            await until(() => spy.texts().includes(`after ${status}`), "polling goes on");
        }
        const before = errors().length;
        gms.answers.refresh = () => Response.json({ statusCode: 2, errors: [{ code: 500 }], chatEnded: false }, { status: 500 });
        await until(() => errors().length > before);
        delete gms.answers.refresh;
        eq([errors().at(-1).errorReason, errors().at(-1).responseJSON.errors[0].code], [undefined, 500], "the body says it");
        eq(spy.has("disconnected"), false);
    "##;
    /// 3, "Cookies": the index is written and never read; the lock while a chat starts; all go with the chat
    the_cookies_of_a_chat_come_and_go_with_it => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), has = (name) => document.cookie.includes(`state.${name}=`);
        leaveCookies({ index: 99 });
        gms.add("ParticipantJoined", CLIENT);
        run(CXBus, chatConfig());
        await until(() => spy.has("restored"));
        eq(gms.sent("refresh")[0].fields.get("transcriptPosition"), "1", "the index is not read");
        await until(() => /state\.index=2/.test(document.cookie), "but written");
        gms.ended = true;
        await until(() => spy.has("ended"));
        eq(["session", "keys", "ping", "index", "filters"].filter(has), []);
        ok(/autoLoadList=[^;]*%22WebChatService%22:false/.test(document.cookie));
        gms.ended = false;
        gms.transcript.length = 0;
        let during;
        gms.answers.start = () => { during = Number((document.cookie.match(/chatStartLock=(\d+)/) || [])[1]); };
        await spy.command("WebChatService.startChat", {});
        ok(Math.abs(during - Date.now()) < 5000, "milliseconds");
        ok(!has("chatStartLock"));
        gms.ended = true;
    "##;
    /// 3: a poll carries what the customer is typing, as long as they are
    a_poll_tells_what_is_being_typed => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms, { typingTimeout: 60 });
        const said = () => gms.sent("refresh").map((request) => request.fields.get("message"));
        eq([...new Set(said())], [""]);
        await spy.command("WebChatService.sendTyping", { message: "dra" });
        await until(() => said().includes("dra"));
        await until(() => gms.sent("stopTyping").length && said().at(-1) === "");
        await spy.command("WebChatService.sendTyping", { message: "draft" });
        await until(() => said().at(-1) === "draft");
        await spy.command("WebChatService.sendMessage", { message: "draft" });
        const before = said().length;
        await until(() => said().length > before + 2);
        eq(said().at(-1), "", "what was sent is typed no more");
    "##;
    /// 3: user data of the page
    a_start_tells_of_the_page => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig({ userData: { plan: "gold", own: "configured" } });
        config.main.lang = "ar";
        run(CXBus, config);
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.startChat", { userData: { own: "the form's" } });
        const { fields } = gms.sent("start")[0], data = (name) => fields.get(`userData[${name}]`);
        eq(["plan", "own", "_genesys_source", "GCTI_LanguageCode", "_genesys_url", "_genesys_pageTitle", "_genesys_referrer"].map(data),
            ["gold", "the form's", "web", "ar", location.href, document.title, document.referrer]);
        for (const name of ["_genesys_browser", "_genesys_OS", "_genesys_widgets"]) ok(data(name), name);
        gms.ended = true;
    "##;
    /// 3: `_genesys_source`
    a_start_from_a_phone_says_so => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig();
        config.main.mobileMode = true;
        run(CXBus, config);
        await until(() => spy.has("ready"));
        await spy.command("WebChatService.startChat", {});
        eq(gms.sent("start")[0].fields.get("userData[_genesys_source]"), "mobile");
        gms.ended = true;
    "##;
    /// 0.15: the restore request goes out right after `App.ready`
    whoever_comes_after_the_start_misses_the_restored_messages => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), seen = { early: 0, late: 0 };
        leaveCookies();
        gms.add("ParticipantJoined", CLIENT);
        gms.say("in the chat already");
        const config = chatConfig();
        let ready;
        spy.subscribe("App.ready", () => { ready = performance.now(); });
        config.extensions = { Early: ($, bus) => {
            bus.registerPlugin("Early").command("WebChatService.registerPreProcessor", { preprocessor: () => { seen.early += 1; } });
        } };
        run(CXBus, config);
        await until(() => spy.has("restored"));
        ok(gms.sent("refresh")[0].at - ready < 100, "at once");
        await until(() => spy.batches.length);
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: () => { seen.late += 1; } });
        const polls = gms.sent("refresh").length;
        await until(() => gms.sent("refresh").length > polls + 2);
        eq(seen, { early: 2, late: 0 });
    "##;
    /// 4: a sticky filter depends on where it matched last
    a_sticky_filter_remembers_where_it_matched => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        await spy.command("WebChatService.addPrefilter", { filters: /hide/y });
        for (const text of ["hide 1", "hide 2", "hide 3", "end"]) gms.say(text);
        await until(() => spy.texts().includes("end"));
        eq(spy.texts().filter((text) => text), ["hide 2", "end"], "the second was looked at from the end of the first");
    "##;
    /// 4.1: they see notices and restored messages, too; 0.3: the rest of an answer is lost with the exception
    an_exception_loses_the_rest_of_its_answer => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms), kinds = [];
        await spy.command("WebChatService.registerPreProcessor", { preprocessor: (message) => {
            kinds.push(message.type);
            if (message.text === "bad") throw new Error("boom-rest");
        } });
        gms.add("Notice", AGENT, { text: "told", userData: { a: 1 } });
        await until(() => spy.texts().includes("told"));
        gms.say("good");
        gms.say("bad");
        gms.say("rest");
        await until(() => pageErrors.some((text) => text.includes("boom-rest")));
        CXBus.broken = true;
        await settle();
        eq(kinds, ["Notice", "Message", "Message"]);
        eq(["good", "bad", "rest"].filter((text) => spy.texts().includes(text)), []);
    "##;
    /// 5: what a normalised message holds
    a_normalised_message_has_its_documented_members => r##"
        const gms = fakeGms(), spy = await startChat(CXBus, run, gms);
        gms.add("Message", AGENT, { text: "Hi", userData: { a: 1 } });
        await until(() => spy.texts().includes("Hi"));
        const message = spy.batches.at(-1).messages.at(-1);
        for (const name of ["text", "type", "index", "timestamp", "html", "bubble", "userData", "from"]) ok(name in message, name);
        eq([message.userData, "restoring" in message], [{ a: 1 }, false]);
    "##;
    /// 1.1: `configure`
    the_bus_takes_a_form_of_file_names_and_can_be_kept_from_loading => r##"
        CXBus.configure({ pluginsPath: "/plugins", pluginFilenameFormat: "My-plugin.v2.js" });
        const p = CXBus.registerPlugin("P"), scripts = () => all("script").map((script) => new URL(script.src, location).pathname);
        const looked = p.command("LookedFor.open");
        ok(scripts().includes("/plugins/my-lookedfor.v2.js"), "the word is replaced, all in lower case");
        eq((await settled(looked)).state, "rejected");
        CXBus.configure({ loadPlugins: false });
        eq((await settled(p.command("Forbidden.open"))).state, "rejected");
        ok(!scripts().some((path) => path.includes("forbidden")));
    "##;
    /// 1.1: `debug` writes names, never data
    with_debug_the_console_has_names_and_no_data => r##"
        const plain = console.debug, written = [];
        console.debug = (...words) => written.push(words.join(" "));
        CXBus.configure({ debug: true });
        const p = CXBus.registerPlugin("P");
        p.registerCommand("x", ({ deferred }) => deferred.resolve());
        await p.command("x", { text: "private" });
        p.publish("e", { text: "private" });
        p.publishDirect("unheard", { text: "private" });
        CXBus.subscribe("P.heard", () => {});
        p.publishDirect("heard", { text: "private" });
        console.debug = plain;
        eq(["P.unheard", "P.heard"].map((name) => written.some((line) => line.includes(name))), [false, true]);
        ok(written.some((line) => line.includes("P.x")) && written.some((line) => line.includes("P.e")), show(written));
        ok(!written.join().includes("private"));
    "##;
    /// 1.5: names are whole, and nobody need be there
    a_subscription_needs_the_full_name_and_no_target => r##"
        const seen = [], note = (event) => seen.push(event.event);
        for (const name of ["P.*", "*", "e", "P", "P.e"]) CXBus.subscribe(name, note);
        const p = CXBus.registerPlugin("P"), tasks = [];
        p.subscribe("P.e", () => { tasks.push("first"); Promise.resolve().then(() => tasks.push("its microtask")); });
        p.subscribe("P.e", () => tasks.push("second"));
        p.publish("e");
        await until(() => tasks.length === 3);
        eq([seen, tasks], [["P.e"], ["first", "its microtask", "second"]], "each in a task of its own");
        p.publishDirect("e", { n: 1 });
        await until(() => seen.length === 2);
        p.data("k", 1);
        eq([p.data("k", undefined), p.data("k")], [1, 1], "to store nothing is to read");
    "##;
    /// 1.4: awaiting gives the first value
    awaiting_gives_the_first_value => r##"
        const p = CXBus.registerPlugin("P");
        p.registerCommand("x", ({ deferred }) => deferred.resolve("one", "two"));
        eq(await p.command("x"), "one");
    "##;
    /// webchatservice, configure: nothing comes back
    configuring_resolves_with_nothing => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus), config = chatConfig();
        const outcome = settled(spy.command("WebChatService.configure", config.webchat));
        run(CXBus, config);
        eq(await outcome, { state: "resolved", values: [null] });
    "##;
    /// webchatservice, startChat: an HTTP error
    a_start_rejects_with_the_report_of_an_http_error => r##"
        const gms = fakeGms(), spy = makeSpy(CXBus);
        run(CXBus, chatConfig());
        await until(() => spy.has("ready"));
        gms.http = 503;
        const { state, value } = await settled(spy.command("WebChatService.startChat", {}));
        eq([state, value.status, value.responseText, document.cookie.includes("chatStartLock")], ["rejected", 503, "nothing here", false]);
    "##;
    /// transports 1.1: `asyncRestore` is the service's own; over GMS it does nothing
    a_restore_after_configuring_is_for_the_service_alone => r##"
        fakeGms();
        const spy = makeSpy(CXBus), config = chatConfig({ transport: { type: "purecloud-v2-sockets", dataURL: location.origin } });
        run(CXBus, config);
        await until(() => spy.has("ready"));
        const { state, value } = await settled(spy.command("WebChatService.asyncRestore"));
        eq([state, value], ["rejected", "Access Denied to private command. Only WebChatService is allowed to invoke this command"]);
    "##;
}

/// A browser test with the scripted chat API v3.
macro_rules! v3_test {
    ($(#[$doc:meta])* $name:ident => $body:literal;) => {
        browser_tests! { $(#[$doc])* $name => concat!(include_str!("common/v3.js"), $body); }
    };
}

v3_test! {
    /// transports 3.5: each kind of party has events of its own
    who_takes_part_otherwise_has_events_of_their_own => r##"
        const v3 = fakeV3(), spy = await startV3(), seen = [];
        for (const party of ["supervisor", "external"]) {
            for (const what of ["Connected", "Disconnected"]) {
                spy.subscribe(`WebChatService.${party}${what}`, ({ data }) => seen.push([party + what, Object.keys(data), data.message.from.name]));
            }
        }
        for (const [type, nickname, participantId] of [["Supervisor", "Boss", "P3"], ["External", "Flow", "P4"]]) {
            v3.add("ParticipantJoined", { nickname, participantId, type });
            v3.add("ParticipantLeft", { nickname, participantId, type });
        }
        await until(() => seen.length === 4);
        eq(seen, [["supervisorConnected", ["message", "agents"], "Boss"], ["supervisorDisconnected", ["message", "agents"], "Boss"],
            ["externalConnected", ["message", "agents"], "Flow"], ["externalDisconnected", ["message", "agents"], "Flow"]]);
        const listed = await spy.command("WebChatService.EVENTS");
        eq(["supervisorConnected", "externalConnected", "botConnected"].filter((name) => listed.includes(name)), [], "not in the list");
        await goodbye(spy);
    "##;
}
