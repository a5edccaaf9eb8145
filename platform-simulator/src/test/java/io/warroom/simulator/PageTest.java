package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.simulator.Client.Reply;
import io.warroom.simulator.witness.Fault;
import io.warroom.simulator.witness.Journal;
import io.warroom.simulator.witness.Platform;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page as it is sent: what it says without any script, and what its forms do. */
final class PageTest {
    private static final List<String> TWO = List.of("u1", "u2");
    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\">'&";

    private final Client client;
    private final Chats chats;

    PageTest() throws Exception {
        client = new Client();
        chats = new Chats(client);
    }

    @AfterEach
    void stop() {
        client.close();
    }

    private String page(String address) throws Exception {
        Reply reply = client.send("GET", address, "");
        assertThat(reply.status()).as(address).isEqualTo(200);
        return reply.text();
    }

    private Reply form(String path, Map<String, String> fields, String... headers) throws Exception {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/x-www-form-urlencoded"));
        all.addAll(Arrays.asList(headers));
        return client.send("POST", path, body, all.toArray(String[]::new));
    }

    private int faults() throws Exception {
        return client.send("GET", "/sim/v1/faults", "").json().path("faults").size();
    }

    @ParameterizedTest
    @EnumSource
    void aRoomItsPeopleWhoIsMissingAndItsMessagesAreOnThePage(Platform platform) throws Exception {
        chats.company("acme", platform);
        String room = chats.open("acme", platform, "INC1", "INC-1 db down", TWO);
        chats.say("acme", platform, room, "db down", "**Severity**: P1, see [the wiki](https://wiki.example/1)");

        String page = page("/");

        assertThat(page)
                .contains("<h3>INC-1 db down</h3>", "2 in the room", "Li Lei", "Han Mei")
                .contains("3 missing", "Lucy", "has left the company", "outside the app’s range")
                .contains("<b>Severity</b>: P1", "<a href=\"https://wiki.example/1\" rel=\"noreferrer\">the wiki</a>");
    }

    @ParameterizedTest
    @EnumSource
    void aRoomThatWasRenamedOrDissolvedSaysSo(Platform platform) throws Exception {
        chats.company("acme", platform);
        String room = chats.open("acme", platform, "INC1", "INC-1 db down", TWO);
        assertThat(page("/")).doesNotContain("Renamed", "Dissolved");

        chats.rename("acme", platform, room, "INC-1 solved");
        assertThat(page("/")).contains("<h3>INC-1 solved</h3>", "Renamed; it was “INC-1 db down”");
        assertThat(client.rooms().path(0).path("renamedFrom").path(0).asString())
                .isEqualTo("INC-1 db down");

        chats.dissolve("acme", platform, room);
        assertThat(page("/")).contains("Dissolved", "The room was dissolved");
    }

    @Test
    void theRoomWithTheLatestMessageIsOpenAndAnyOtherCanBe() throws Exception {
        chats.company("acme", Platform.LARK);
        String first = chats.open("acme", Platform.LARK, "k1", "first", TWO);
        chats.open("acme", Platform.LARK, "k2", "second", TWO);
        assertThat(page("/")).contains("<h3>second</h3>").doesNotContain("<h3>first</h3>");

        chats.say("acme", Platform.LARK, first, "title", "text");
        assertThat(page("/")).contains("<h3>first</h3>");
        assertThat(page("/?lark=list"))
                .contains("<b>first</b>", "<b>second</b>")
                .doesNotContain("<h3>first</h3>");
        assertThat(page("/?lark=" + first + "%40acme")).contains("<h3>first</h3>");
        assertThat(page("/?lark=none%40nobody")).contains("<b>first</b>");
    }

    @Test
    void thePageIsBoundedWhateverTheSimulatorHolds() throws Exception {
        for (int i = 0; i < 40; i++) {
            chats.company("tenant-" + i, Platform.LARK);
            chats.open("tenant-" + i, Platform.LARK, "k", "room " + i + ".", TWO);
        }
        String room = chats.open("tenant-7", Platform.LARK, "last", "the last", TWO);
        for (int i = 0; i < 40; i++) {
            chats.say("tenant-7", Platform.LARK, room, "message " + i + ".", "text");
        }
        assertThat(page("/"))
                .contains("message 39.", "10 earlier messages are not shown")
                .doesNotContain("message 9.");
        String list = page("/?lark=list");
        assertThat(list).contains("room 39.", "room 21.").doesNotContain("<b>room 20.</b>");
        assertThat(list.split("class=\"line\"", -1)).hasSize(21);
        assertThat(page("/?lark=list&tenant=tenant-3"))
                .contains("<b>room 3.</b>")
                .doesNotContain("room 39.");
        assertThat(page("/?tenant=nobody")).contains("No organisation is registered for nobody.");
    }

    @Test
    void whatOthersWroteIsTextAndNeverMarkup() throws Exception {
        chats.company(EVIL, Platform.LARK, List.of(Map.of("userId", EVIL, "name", EVIL), Map.of("userId", "u2")));
        String room = chats.open(EVIL, Platform.LARK, "k", EVIL, List.of(EVIL, "u2"));
        chats.say(
                EVIL, Platform.LARK, room, EVIL, EVIL + "**" + EVIL + "** [" + EVIL + "](javascript:window.hacked=1)");
        chats.rename(EVIL, Platform.LARK, room, EVIL + "2");
        client.send(
                "PUT",
                "/sim/v1/faults",
                "{\"faults\":[{\"kind\":\"REDIRECT\",\"tenant\":\"<b id=x>\",\"endpoint\":\"<b id=x>\"}]}");
        form("/switches", Map.of("whose", EVIL, "platform", "LARK", "withheldScopes", EVIL.replace(" ", "")));

        for (String address :
                List.of("/", "/?lark=list", "/?tenant=" + URLEncoder.encode(EVIL, StandardCharsets.UTF_8))) {
            assertThat(page(address))
                    .as(address)
                    .contains("&lt;img src&#x3D;x onerror&#x3D;&quot;window.hacked&#x3D;1&quot;&gt;")
                    .doesNotContain("<img", "<b id", "href=\"javascript");
        }
        Reply refused = form("/faults", Map.of("kind", "REFUSED", "code", EVIL, "whose", EVIL));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("&lt;img").doesNotContain("<img");
    }

    @Test
    void browsersMayLoadNothingFromElsewhereAndRunNoScriptInThePage() throws Exception {
        for (String path : List.of("/", "/page.css", "/page.js", "/page.svg")) {
            Reply reply = client.send("GET", path, "");
            assertThat(reply.status()).as(path).isEqualTo(200);
            assertThat(reply.headers().firstValue("content-security-policy").orElse(""))
                    .as(path)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
        }
        assertThat(page("/")).doesNotContain("<style", "style=", "onclick");
        assertThat(client.send("GET", "/nothing", "").status()).isEqualTo(404);
        assertThat(client.send("POST", "/", "").status()).isEqualTo(404);
    }

    @Test
    void aFaultIsSetShownAndRemovedByForms() throws Exception {
        chats.company("acme", Platform.WECOM);
        Reply set = form(
                "/faults",
                Map.of("kind", "HTTP_503_JSON", "whose", "acme", "platform", "WECOM", "endpoint", "appchat/create"));
        assertThat(set.status()).isEqualTo(303);
        assertThat(set.headers().firstValue("location")).hasValue("/?done=faultSet#faults");
        assertThat(page("/?done=faultSet"))
                .contains("The fault is set.", "acme · WeCom · appchat/create", "hit nothing yet", "1 left");

        assertThat(chats.create("acme", Platform.WECOM, "k", "n", TWO).status()).isEqualTo(503);
        assertThat(page("/")).contains("hit once", "Used up");
        assertThat(chats.create("acme", Platform.WECOM, "k", "n", TWO).status()).isEqualTo(200);

        String id = client.send("GET", "/sim/v1/faults", "")
                .json()
                .path("faults")
                .path(0)
                .path("id")
                .asString();
        assertThat(form("/faults/remove", Map.of("fault", id)).status()).isEqualTo(303);
        assertThat(faults()).isZero();
        form("/faults", Map.of("kind", "HANG"));
        form("/faults", Map.of("kind", "THROTTLED"));
        assertThat(faults()).isEqualTo(2);
        form("/faults/clear", Map.of());
        assertThat(faults()).isZero();
    }

    @Test
    void everyFieldOfTheFormReachesTheFault() throws Exception {
        form(
                "/faults",
                Map.of(
                        "kind",
                        "LATENCY",
                        "share",
                        "12.5",
                        "times",
                        "9",
                        "after",
                        "1.5",
                        "for",
                        "60",
                        "seed",
                        "7",
                        "shape",
                        "LOGNORMAL",
                        "low",
                        "250",
                        "high",
                        "2000",
                        "code",
                        "1"));
        form("/faults", Map.of("kind", "REFUSED", "platform", "DINGTALK", "code", "system.busy", "bytes", "9"));
        var faults = client.send("GET", "/sim/v1/faults", "").json().path("faults");
        assertThat(faults.path(0).path("share").asDouble()).isEqualTo(0.125);
        assertThat(faults.path(0).path("left").asInt()).isEqualTo(9);
        assertThat(faults.path(0).path("from").asString()).isEqualTo("2026-01-01T00:00:01.500Z");
        assertThat(faults.path(0).path("until").asString()).isEqualTo("2026-01-01T00:01:01.500Z");
        assertThat(page("/"))
                .contains("12.5 % of calls", "p50 250 ms, p99 2,000 ms", "until 00:01:01 UTC", "code system.busy");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindCanBeSetWithAFormThatSaysNothingElse(Fault.Kind kind) throws Exception {
        Map<String, String> fields =
                kind == Fault.Kind.REFUSED ? Map.of("kind", kind.name(), "code", "45009") : Map.of("kind", kind.name());
        assertThat(form("/faults", fields).status()).isEqualTo(303);
        assertThat(faults()).isEqualTo(1);
    }

    @Test
    void aFaultThatMakesNoSenseIsRefusedAndTheFormKeepsWhatWasTyped() throws Exception {
        Reply refused = form("/faults", Map.of("kind", "LATENCY", "endpoint", "typed/this", "share", "250"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text())
                .contains("Not set: share must be", "data-field=\"share\"", "value=\"typed/this\"", "value=\"250\"");
        assertThat(form("/faults", Map.of("kind", "HTTP_500", "times", "many")).text())
                .contains("times must be a whole number");
        assertThat(form("/faults", Map.of("kind", "")).status()).isEqualTo(400);
        assertThat(faults()).isZero();
    }

    @Test
    void aTenantsBehavioursAreSwitchedAndSwitchedBack() throws Exception {
        chats.company("acme", Platform.WECOM);
        String switches = "/sim/v1/tenants/acme/WECOM/switches";
        assertThat(page("/")).contains("Code for a chat that is not there").doesNotContain("name=\"settlingSeconds\"");

        var fields = Map.of(
                "whose", "acme", "platform", "WECOM", "unknownChat", "86003", "limits", "on", "foreignChats", "a, b");
        assertThat(form("/switches", fields).status()).isEqualTo(303);
        var now = client.send("GET", switches, "").json().path("switches");
        assertThat(now.path("unknownChat").asInt()).isEqualTo(86003);
        assertThat(now.path("limits").asBoolean()).isTrue();
        assertThat(now.path("rootVisible").asBoolean())
                .as("a box without a tick")
                .isFalse();
        assertThat(now.path("foreignChats").size()).isEqualTo(2);
        assertThat(page("/")).contains("changed\"><label for=\"WECOM-unknownChat\"", "value=\"86003\"");

        form("/switches", Map.of("whose", "acme", "platform", "WECOM", "defaults", "yes"));
        assertThat(client.send("GET", switches, "")
                        .json()
                        .path("switches")
                        .path("unknownChat")
                        .asInt())
                .isEqualTo(86001);
        assertThat(page("/")).doesNotContain("Back to usual");
        assertThat(form("/switches", Map.of("whose", "acme", "platform", "WECOM", "unknownChat", "many"))
                        .text())
                .contains("unknownChat must be one of");
        assertThat(form("/switches", Map.of("whose", "acme", "platform", "SLACK"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aFormOnAnotherSiteChangesNothing() throws Exception {
        Map<String, String> fault = Map.of("kind", "HTTP_500");
        assertThat(form("/faults", fault, "Sec-Fetch-Site", "cross-site").status())
                .isEqualTo(403);
        assertThat(form("/faults", fault, "Origin", "https://elsewhere.example").status())
                .isEqualTo(403);
        assertThat(faults()).isZero();
        assertThat(form("/faults", fault, "Origin", client.simulator.baseUrl()).status())
                .isEqualTo(303);
        assertThat(faults()).isEqualTo(1);
    }

    @Test
    void callsViolationsAndDropsAreInTables() throws Exception {
        chats.company("acme", Platform.WECOM);
        chats.company("other", Platform.LARK);
        for (int i = 0; i < 2; i++) {
            client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww-acme&corpsecret=wrong", "");
        }
        chats.open("acme", Platform.WECOM, "k", "x".repeat(60), TWO);
        assertThat(page("/?tenant=acme"))
                .contains("<td><code>gettoken</code></td><td class=\"num\">3</td><td class=\"num bad\">2</td>")
                .contains("The same wrong secret again", "appchat/create: the name was cut at 50 characters");
        assertThat(page("/?tenant=other")).contains("No call yet.", "None: nothing", "None: everything");
        assertThat(page("/")).contains("<code>gettoken</code>");
    }

    @Test
    void languageAndColoursAreKeptInCookies() throws Exception {
        Reply chinese = client.send("GET", "/?lang=zh-CN", "");
        assertThat(chinese.text()).contains("<html lang=\"zh-CN\"", "平台模拟器");
        assertThat(chinese.headers().firstValue("set-cookie").orElse("")).startsWith("SIMULATOR_LANGUAGE=zh-CN;");
        assertThat(client.send("GET", "/?theme=dark", "")
                        .headers()
                        .firstValue("set-cookie")
                        .orElse(""))
                .startsWith("SIMULATOR_THEME=dark;");
        assertThat(client.send("GET", "/", "", "Cookie", "SIMULATOR_LANGUAGE=zh-CN; SIMULATOR_THEME=dark")
                        .text())
                .contains("<html lang=\"zh-CN\" data-theme=\"dark\">");
        assertThat(client.send("GET", "/", "", "Accept-Language", "zh-TW,zh;q=0.9")
                        .text())
                .contains("平台模拟器");
    }

    @Test
    void bothLanguagesHaveWordsForEverything() throws Exception {
        Properties english = words("words.properties");
        Properties chinese = words("words_zh_CN.properties");
        assertThat(new TreeSet<>(chinese.stringPropertyNames()))
                .isEqualTo(new TreeSet<>(english.stringPropertyNames()));
        assertThat(english.stringPropertyNames())
                .containsAll(Stream.of(Fault.Kind.values())
                        .map(kind -> "kind" + kind)
                        .toList())
                .containsAll(Stream.of(Journal.Offence.values())
                        .map(offence -> "offence" + offence)
                        .toList());
        assertThat(Stream.concat(english.values().stream(), chinese.values().stream()))
                .allSatisfy(text -> assertThat(text.toString()).isNotBlank().doesNotContain("'"));
    }

    private static Properties words(String name) throws Exception {
        Properties words = new Properties();
        try (InputStream in = PageTest.class.getResourceAsStream("page/" + name)) {
            words.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return words;
    }

    @Test
    void theStreamTellsTheVersionAtOnceAndAgainWhenSomethingChanges() throws Exception {
        chats.company("acme", Platform.LARK);
        String shown = page("/").replaceFirst("(?s).*data-version=\"([^\"]+)\".*", "$1");
        try (HttpClient http = HttpClient.newHttpClient();
                BufferedReader stream = stream(http)) {
            assertThat(next(stream)).as("what the page shows already").isEqualTo(shown);
            chats.open("acme", Platform.LARK, "k", "n", TWO);
            assertThat(next(stream)).isNotEqualTo(shown);
            try (BufferedReader again = stream(http)) {
                assertThat(next(again)).as("after a reconnect").isNotEqualTo(shown);
            }
        }
    }

    @Test
    void morePagesThanThereArePlacesForAreSentAwayUntilOneIsClosed() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            List<BufferedReader> streams = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                streams.add(stream(http));
            }
            HttpResponse<InputStream> refused = open(http);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
            refused.body().close();
            for (BufferedReader stream : streams) {
                stream.close();
            }
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                // A stream finds out that its page is gone when it has something to tell.
                client.send("PUT", "/sim/v1/faults", "{\"faults\":[]}");
                HttpResponse<InputStream> let = open(http);
                let.body().close();
                assertThat(let.statusCode()).isEqualTo(200);
            });
        }
    }

    private HttpResponse<InputStream> open(HttpClient http) throws Exception {
        URI address = URI.create(client.simulator.baseUrl() + "/changes");
        return http.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private BufferedReader stream(HttpClient http) throws Exception {
        HttpResponse<InputStream> answer = open(http);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private static String next(BufferedReader stream) throws Exception {
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            if (line.startsWith("data: ")) {
                return line.substring("data: ".length());
            }
        }
        throw new IllegalStateException("the stream has ended");
    }
}
