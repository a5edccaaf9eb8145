package io.warroom.simulator;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.warroom.simulator.witness.Platform;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page as people meet it: in a browser. Skipped, with a word, where no Chromium is. */
final class PageIT {
    private static final List<String> TWO = List.of("u1", "u2");
    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";

    /** DingTalk takes 30 characters. */
    private static final String EVIL_NAME = "<img src=x onerror=hacked=1>";

    private static @Nullable Browsers opened;

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final Client client;
    private final Chats chats;
    private @Nullable BrowserContext visit;

    PageIT() throws Exception {
        client = new Client(Clock.systemUTC());
        chats = new Chats(client);
    }

    @BeforeAll
    static void start() {
        assumeTrue(Browsers.chromium().isPresent(), Browsers.NONE);
        opened = new Browsers();
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
    }

    @BeforeEach
    void registerCompanies() throws Exception {
        for (Platform platform : Platform.values()) {
            chats.company("acme", platform);
        }
    }

    @AfterEach
    void leave() {
        if (visit != null) {
            visit.close();
        }
        client.close();
        assertThat(complaints).isEmpty();
    }

    private Page visit(Browser.NewContextOptions options) {
        if (opened == null) {
            throw new IllegalStateException("not started");
        }
        visit = opened.browser.newContext(options.setLocale("en").setTimezoneId("Europe/Berlin"));
        visit.setDefaultTimeout(30_000);
        Page page = visit.newPage();
        page.onPageError(error -> complaints.add("error: " + error));
        page.onConsoleMessage(message -> {
            if (message.text().contains("Content Security Policy")) {
                complaints.add("csp: " + message.text());
            }
        });
        page.navigate(client.simulator.baseUrl());
        return page;
    }

    private Page live() {
        Page page = visit(new Browser.NewContextOptions());
        assertThat(page.locator("#live")).hasText("Live");
        return page;
    }

    @ParameterizedTest
    @EnumSource
    void aRoomAndItsMessagesArriveLive(Platform platform) throws Exception {
        Page page = live();
        Locator phone = page.locator("#" + platform);
        assertThat(phone).containsText("No room on");

        String room = chats.open("acme", platform, "INC1", "INC-1 db down", TWO);
        assertThat(phone.locator("h3")).hasText("INC-1 db down");
        assertThat(phone.locator(".people")).containsText("3 missing");
        assertThat(page.locator("#news")).containsText("New room on");

        chats.say("acme", platform, room, "db down", "**Severity**: P1");
        assertThat(phone.locator(".bubble")).containsText("Severity: P1");
        assertThat(page.locator("#news")).containsText("New message on");

        chats.rename("acme", platform, room, "INC-1 solved");
        chats.dissolve("acme", platform, room);
        assertThat(phone.locator("h3")).hasText("INC-1 solved");
        assertThat(phone).containsText("The room was dissolved");
        assertThat(page.locator("#witness tbody tr").first()).isVisible();
    }

    @Test
    void aFaultThatIsSetOnThePageBreaksTheNextCallIsShownAndIsRemovedAgain() throws Exception {
        Page page = live();
        page.selectOption("#f-kind", "HTTP_502_HTML");
        page.selectOption("#f-platform", "WECOM");
        page.fill("#f-whose", "acme");
        page.fill("#f-endpoint", "appchat/create");
        page.fill("#f-times", "2");
        page.click("#fault-form button.primary");
        assertThat(page.locator("#notices")).containsText("The fault is set.");
        Locator fault = page.locator(".faults li");
        assertThat(fault).containsText("acme · WeCom · appchat/create");
        assertThat(page.locator("#f-endpoint")).hasValue("");

        assertThat(chats.create("acme", Platform.WECOM, "k", "n", TWO).status()).isEqualTo(502);
        assertThat(fault).containsText("hit once · 1 left");
        assertThat(page.locator("#witness td.bad")).hasText("1");

        fault.locator("button").click();
        assertThat(page.locator("#faults-set")).containsText("Nothing is broken.");
        assertThat(chats.create("acme", Platform.WECOM, "k", "n", TWO).status()).isEqualTo(200);
        assertThat(page.locator("#WECOM h3")).hasText("n");
    }

    @Test
    void aFaultThatIsRefusedSaysWhyAtItsField() {
        Page page = live();
        page.selectOption("#f-kind", "REFUSED");
        page.fill("#f-code", "not.a.number");
        page.fill("#f-times", "3");
        page.click("#fault-form button.primary");
        assertThat(page.locator("#fault-refused")).containsText("code must be a number");
        assertThat(page.locator("#f-code")).isFocused();
        assertThat(page.locator("#f-code")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#f-times")).hasValue("3");
    }

    @Test
    void aSwitchIsThrownAndWhatSomebodyTypesIsLeftAlone() throws Exception {
        Page page = live();
        page.fill("#f-endpoint", "half typed");
        page.selectOption("#WECOM-unknownChat", "86003");
        page.locator(".setting:has(#WECOM-unknownChat) button.primary").click();
        assertThat(page.locator("#notices")).containsText("Switched.");
        assertThat(page.locator("#WECOM-unknownChat")).hasValue("86003");
        chats.open("acme", Platform.LARK, "k", "arrived meanwhile", TWO);
        assertThat(page.locator("#LARK h3")).hasText("arrived meanwhile");
        assertThat(page.locator("#f-endpoint")).hasValue("half typed");
    }

    @Test
    void aRoomIsOpenedAndTheListComesBackWithoutAReload() throws Exception {
        chats.open("acme", Platform.LARK, "k1", "first", TWO);
        chats.open("acme", Platform.LARK, "k2", "second", TWO);
        Page page = live();
        page.evaluate("() => { window.sameDocument = true; }");
        page.click("#LARK .backwards");
        page.click("#LARK .line:has-text('first')");
        assertThat(page.locator("#LARK h3")).hasText("first");
        chats.open("acme", Platform.LARK, "k3", "third", TWO);
        assertThat(page.locator("#LARK .backwards")).containsText("3");
        assertThat(page.locator("#LARK h3")).hasText("first");
        page.click("#LARK .following");
        assertThat(page.locator("#LARK h3")).hasText("third");
        page.goBack();
        assertThat(page.locator("#LARK h3")).hasText("first");
        assertThat(page.evaluate("() => window.sameDocument")).isEqualTo(true);
    }

    @Test
    void aPageThatWasCutOffShowsWhatItMissed() throws Exception {
        Page page = live();
        int port = client.simulator.port();
        client.simulator.close();
        assertThat(page.locator("#live")).hasText("Not live: trying again");
        try (Simulator _ = Simulator.start("127.0.0.1", port)) {
            chats.company("acme", Platform.LARK);
            chats.open("acme", Platform.LARK, "k", "after the restart", TWO);
            assertThat(page.locator("#LARK h3")).hasText("after the restart");
            assertThat(page.locator("#live")).hasText("Live");
        }
    }

    @Test
    void aTenantIsPicked() throws Exception {
        chats.company("globex", Platform.LARK);
        chats.open("acme", Platform.LARK, "k1", "of acme", TWO);
        chats.open("globex", Platform.LARK, "k2", "of globex", TWO);
        Page page = live();
        assertThat(page.locator("#LARK h3")).hasText("of globex");
        page.selectOption("#tenant", "acme");
        page.waitForURL("**/?tenant=acme");
        assertThat(page.locator("#LARK h3")).hasText("of acme");
        assertThat(page.locator("#f-whose")).hasValue("acme");
        for (int i = 0; i < 30; i++) {
            chats.company("tenant-" + i, Platform.LARK);
        }
        page.navigate(client.simulator.baseUrl());
        page.fill("#tenant", "globex");
        page.press("#tenant", "Enter");
        page.waitForURL("**/?tenant=globex");
        assertThat(page.locator("#LARK h3")).hasText("of globex");
    }

    @Test
    void whatOthersWroteIsNeverMarkup() throws Exception {
        String tenant = EVIL.replace("/", "");
        for (Platform platform : Platform.values()) {
            chats.company(
                    tenant,
                    platform,
                    List.of(Map.of("userId", "u1", "name", EVIL), Map.of("userId", "u2", "name", EVIL)));
        }
        Page page = live();
        for (Platform platform : Platform.values()) {
            String room = chats.open(tenant, platform, "k", EVIL_NAME, TWO);
            chats.say(
                    tenant,
                    platform,
                    room,
                    EVIL,
                    EVIL + "[x](javascript:window.hacked=1) [" + EVIL
                            + "](https://x.example/\"onclick=\"window.hacked=1)");
            assertThat(page.locator("#" + platform + " .bubble")).containsText("onerror");
            chats.rename(tenant, platform, room, EVIL_NAME + "2");
            assertThat(page.locator("#" + platform + " .system")).containsText("onerror");
        }
        client.send(
                "PUT",
                "/sim/v1/faults",
                "{\"faults\":[{\"kind\":\"HANG\",\"endpoint\":\"<b id=x onclick=y>\",\"tenant\":\"<script>window.hacked=1</script>\"}]}");
        assertThat(page.locator(".faults")).containsText("<script>");
        page.click("#LARK .backwards");
        assertThat(page.locator("#LARK .line")).containsText("onerror");
        assertThat(page.locator("main img, main script, main b[id], main [onclick], a[href^='javascript']"))
                .hasCount(0);
        page.reload();
        assertThat(page.locator("#live")).hasText("Live");
        assertThat(page.locator("main img, main script, main b[id], main [onclick], a[href^='javascript']"))
                .hasCount(0);
        assertThat(page.evaluate("() => window.hacked")).isNull();
    }

    @Test
    void withoutAScriptThePageStandsStillAndItsFormsWork() throws Exception {
        chats.open("acme", Platform.LARK, "k1", "first", TWO);
        chats.open("acme", Platform.LARK, "k2", "second", TWO);
        Page page = visit(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        assertThat(page.locator("#live")).isHidden();
        assertThat(page.locator("#LARK h3")).hasText("second");
        page.click("#LARK .backwards");
        page.click("#LARK .line:has-text('first')");
        assertThat(page.locator("#LARK h3")).hasText("first");
        page.selectOption("#f-kind", "REFUSED");
        page.fill("#f-code", "230001");
        page.selectOption("#f-platform", "LARK");
        page.click("#fault-form button.primary");
        assertThat(page.locator("#notices")).containsText("The fault is set.");
        assertThat(page.locator("#LARK h3")).hasText("first");
        page.click(".faults button");
        assertThat(page.locator("#notices")).containsText("The fault is removed.");
        page.selectOption("#tenant", "acme");
        page.click("#tenant-form button");
        assertThat(page).hasURL(client.simulator.baseUrl() + "/?tenant=acme");
    }

    @Test
    void everythingIsReachedByTheKeyboard() throws Exception {
        chats.open("acme", Platform.LARK, "k1", "first", TWO);
        client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"HANG\"}]}");
        Page page = live();
        Set<String> wanted = new TreeSet<>();
        for (Object name : (List<?>) page.evaluate(NAMES)) {
            wanted.add(name.toString());
        }
        Set<String> reached = new TreeSet<>();
        for (int i = 0; i < 200 && !reached.containsAll(wanted); i++) {
            page.keyboard().press("Tab");
            reached.add(String.valueOf(page.evaluate("() => (" + NAME + ")(document.activeElement)")));
        }
        assertThat(reached).containsAll(wanted);
        assertThat(wanted).hasSizeGreaterThan(40);

        page.focus("#LARK .backwards");
        page.keyboard().press("Enter");
        assertThat(page.locator("#LARK .line")).containsText("first");
        assertThat(page.locator("#LARK-screen")).isFocused();
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        assertThat(page.locator("#LARK h3")).hasText("first");
    }

    private static final String NAME =
            "e => [e.tagName, e.id, e.name || '', e.closest('.phone')?.id || '', e.textContent.slice(0, 20)].join(' ').replace(/\\s+/g, ' ')";
    private static final String NAMES =
            "() => [...document.querySelectorAll('a, button, input, select, summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility() && e.type !== 'hidden').map("
                    + NAME + ")";

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void thePageHasNoSeriousFaultForThoseWhoSeeLittleOrUseNoMouse(int width, boolean dark) throws Exception {
        assumeTrue(
                Boolean.getBoolean("warroom.axe.all") || (width == 1280) != dark,
                "to spare time: -Dwarroom.axe.all=true looks at every width in both themes");
        for (Platform platform : Platform.values()) {
            String room = chats.open("acme", platform, "INC1", "INC-1 " + "db down ".repeat(3), TWO);
            chats.say("acme", platform, room, "db down", "**Severity**: P1, see [wiki](https://wiki.example)");
            chats.rename("acme", platform, room, "INC-1 solved");
        }
        chats.dissolve(
                "acme", Platform.LARK, client.rooms().path(2).path("roomId").asString());
        client.send("PUT", "/sim/v1/tenants/acme/WECOM/switches", "{\"unknownChat\":\"86003\"}");
        for (int i = 0; i < 2; i++) {
            client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww-acme&corpsecret=wrong", "");
        }
        client.send("PUT", "/sim/v1/faults", "{\"faults\":[{\"kind\":\"HANG\"},{\"kind\":\"LATENCY\",\"share\":0.5}]}");
        Page page = visit(new Browser.NewContextOptions()
                .setViewportSize(width, 800)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
        List<String> faults = new ArrayList<>();
        for (String address : List.of("/", "/?wecom=list&dingtalk=list&lark=list&done=faultSet")) {
            page.navigate(client.simulator.baseUrl() + address);
            assertThat(page.locator("#live")).hasText("Live");
            page.locator("#fault-details").evaluate("details => { details.open = true; }");
            look(page, faults);
            assertThat(page.evaluate(
                            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .as("%s is as wide as the window at %s", address, width)
                    .isEqualTo(0);
        }
        assertThat(faults).isEmpty();
    }

    private static void look(Page page, List<String> faults) {
        for (var rule : new AxeBuilder(page).analyze().getViolations()) {
            if (List.of("serious", "critical").contains(rule.getImpact())) {
                rule.getNodes()
                        .forEach(node -> faults.add(URI.create(page.url()).getPath() + " " + rule.getId() + " "
                                + node.getHtml() + " " + node.getFailureSummary()));
            }
        }
    }
}
