package io.warroom.config.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import io.warroom.config.http.TenantId;
import io.warroom.config.room.RoomBoard;
import io.warroom.event.AppHealthState;
import io.warroom.event.FailureReason;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import io.warroom.topic.Topic;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The console as people meet it: in a browser, against the simulator's platforms. Skipped, with a word, where no Chromium is. */
class ConsoleIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String WRONG = "wr0ng-k3y-that-nobody-reads-back";
    private static final String EVIL = "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script>";

    @TempDir
    static Path folder;

    private static @Nullable ConsoleStage started;
    private static @Nullable Browsers opened;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(Browsers.chromium().isPresent(), Browsers.NONE);
        started = new ConsoleStage(folder);
        opened = new Browsers();
        PlaywrightAssertions.setDefaultAssertionTimeout(30_000);
    }

    @AfterAll
    static void stop() {
        if (opened != null) {
            opened.close();
        }
        if (started != null) {
            started.close();
        }
    }

    private static ConsoleStage stage() {
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    private static Visit visit(String language) {
        if (opened == null) {
            throw new IllegalStateException("not started");
        }
        return Visit.to(stage(), opened, Visit.options(language));
    }

    /** The words that the flow looks for, in a language. */
    private record Words(
            String enable,
            String refused,
            String remedy,
            String key,
            String saveAnyway,
            String enabled,
            String changed,
            String delete,
            String wrongName,
            String deleted) {

        static Words in(String language) {
            return language.equals("en")
                    ? new Words(
                            "Enable now",
                            "The platform does not take the app as it is. Nothing was saved.",
                            "console, ",
                            "Change key",
                            "Save anyway",
                            "was enabled",
                            "The key of",
                            "Delete",
                            "This is not the tenant’s name. Nothing was deleted.",
                            "was deleted")
                    : new Words(
                            "立即启用",
                            "平台不接受当前的应用配置，未保存任何内容。",
                            "后台 > ",
                            "修改密钥",
                            "仍然保存",
                            "已启用",
                            "密钥修改成功",
                            "删除",
                            "租户名称不正确，未删除任何内容。",
                            "已删除");
        }
    }

    @ParameterizedTest
    @CsvSource({"WECOM, en", "DINGTALK, en", "LARK, en", "WECOM, zh-CN", "DINGTALK, zh-CN", "LARK, zh-CN"})
    void anAppIsEnabledItsKeyChangedAndTheAppDeleted(String platform, String language) throws Exception {
        var tenant = "flow-" + platform.toLowerCase(Locale.ROOT) + "-" + language.toLowerCase(Locale.ROOT);
        var words = Words.in(language);
        stage().company(tenant, platform);
        try (var visit = visit(language).asOperator()) {
            var page = visit.page;
            var card = page.locator("#" + platform);
            visit.open(tenant, "mobile-apps");
            assertThat(card).containsText(words.enable());

            card.getByText(words.enable()).click();
            fill(visit, tenant, platform, WRONG);
            page.click("button[value=save]");
            assertThat(page.locator("#outcome")).containsText(words.refused());
            assertThat(page.locator("#outcome .findings")).containsText(words.remedy());
            assertThat(page.locator("#" + secretOf(platform)))
                    .hasValue(WRONG); // It never left the page: nobody types it again.
            page.fill("#" + secretOf(platform), ConsoleStage.KEY);
            page.click("button[value=check]");
            assertThat(page.locator("#outcome [data-outcome=CHECKED]")).hasClass("callout ok");
            page.click("button[value=save]");
            assertThat(page.locator("#notices")).containsText(words.enabled());

            assertThat(card).containsText("••••••••");
            assertThat(page.content()).doesNotContain(ConsoleStage.KEY);
            card.getByText(words.key()).click();
            assertThat(page.locator("#" + AppField.of(platform).getFirst().name()))
                    .hasAttribute("readonly", "readonly");
            assertThat(page.locator("#" + secretOf(platform))).hasValue("");
            fill(visit, tenant, platform, WRONG);
            page.click("button[value=save]");
            assertThat(page.locator("#outcome")).containsText(words.refused());
            page.getByText(words.saveAnyway()).click();
            assertThat(page.locator("#notices")).containsText(words.changed());
            assertThat(card).containsText("2");

            card.getByText(words.delete()).click();
            page.fill("#tenant", "another");
            page.click("main form button.danger");
            assertThat(page.locator("#error-tenant")).containsText(words.wrongName());
            page.fill("#tenant", tenant);
            page.click("main form button.danger");
            assertThat(page.locator("#notices")).containsText(words.deleted());
            assertThat(card).containsText(words.enable());
            assertThat(visit.complaints).isEmpty();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stage().deployment.changes(Topic.APP_DELETED, tenant + "/" + platform))
                        .containsExactly(3L));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            WECOM, en, "Enterprise ID, Enterprise Key, Address Book Key, Service ID"
            DINGTALK, en, "Client ID, Client Secret, Group Template ID, Robot ID, Service ID"
            LARK, en, "App ID, App Secret, Service ID"
            WECOM, zh-CN, "企业 ID, 企业密钥, 通讯录密钥, 服务 ID"
            DINGTALK, zh-CN, "Client ID, Client Secret, 群模板 ID, 机器人 ID, 服务 ID"
            LARK, zh-CN, "App ID, App Secret, 服务 ID"
            """)
    void aFormAsksForTheParametersOfItsTableAndSaysOfEachWhereItIsFound(String platform, String language, String labels)
            throws Exception {
        var tenant = "tables-" + platform.toLowerCase(Locale.ROOT) + "-" + language.toLowerCase(Locale.ROOT);
        var table = List.of(labels.split(", ", -1));
        var form = "mobile-apps/" + platform.toLowerCase(Locale.ROOT);
        try (var visit = visit(language).asOperator()) {
            var page = visit.page;
            visit.open(tenant, form + "/enable");
            assertThat(page.locator("main form > .field > label").allInnerTexts())
                    .isEqualTo(table);
            assertThat(page.locator("main form > .field > .hint").allInnerTexts())
                    .hasSameSizeAs(table)
                    .allSatisfy(hint -> assertThat(hint).hasSizeGreaterThan(8));

            stage().enable(tenant, platform);
            visit.open(tenant, form + "/key");
            assertThat(page.locator("main form > .field > label").allInnerTexts())
                    .isEqualTo(table);
            assertThat(page.locator("main form > .field > .hint").first())
                    .containsText(language.equals("en") ? "The value cannot be changed" : "此值不可修改");
            assertThat(page.locator("main input[readonly]")).hasCount(1);
            for (var secret : page.locator("main input[type=password]").all()) {
                assertThat(secret).hasValue("");
            }
        }
    }

    @Test
    void anAppsCardTellsItsIdentityItsRevisionAndWhoChangedItLast() throws Exception {
        stage().enable("card", "LARK");
        try (var visit = visit("en").asOperator()) {
            var card = visit.page.locator("#LARK");
            visit.open("card", "mobile-apps");
            assertThat(card).containsText("Active");
            assertThat(card).containsText("cli_card");
            assertThat(card).containsText("No incident has used it yet");
            assertThat(card).containsText("Revision 1");
            assertThat(card).containsText("by operator");
            assertThat(card.locator(".masked")).hasCount(1);
        }
    }

    @Test
    void aKeyThatIsSavedByADoubleClickIsChangedOnce() throws Exception {
        stage().company("hasty", "LARK");
        try (var visit = visit("en").asOperator()) {
            visit.open("hasty", "mobile-apps/lark/enable");
            fill(visit, "hasty", "LARK", ConsoleStage.KEY);
            visit.page.dblclick("button[value=save]");
            assertThat(visit.page.locator("#notices")).containsText("was enabled");
        }
        assertThat(stage().service.send("GET", "/tenants/hasty/mobile-apps", "").body())
                .contains("\"revision\":1");
        assertThat(stage().service.send("GET", "/tenants/hasty/audit", "").body())
                .containsOnlyOnce("app.enabled");
    }

    @Test
    void anEmptyPageSaysWhatToDoNext() {
        var next = Map.of(
                "war-rooms", "First enable the mobile app of the chat platform that your company uses.",
                "war-rooms?q=none-such", "Clear",
                "mobile-apps", "Enable the platform that your company uses",
                "people", "Bind those who are not found.",
                "audit", "Every change of an app, a person or a token is written here.",
                "api-tokens", "Make one for each system that declares incidents");
        try (var visit = visit("en").asOperator()) {
            next.forEach((path, words) -> {
                visit.open("empty", path);
                assertThat(visit.page.locator("main")).containsText(words);
            });
            visit.open("empty", "war-rooms");
            visit.page.getByText("Enable a mobile app").click();
            assertThat(visit.page.locator("h1")).hasText("Mobile App Management");
        }
    }

    @Test
    void anIncidentIsDeclaredByTheKeyboardAlone() throws Exception {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open("keyboard", "mobile-apps");
            page.keyboard().press("Tab");
            assertThat(page.locator(":focus")).hasText("Skip to content");
            tabTo(page, ".side a[href$='/declare']");
            assertThat(page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle"))
                    .as("where the viewer is can be seen")
                    .isEqualTo("solid");
            page.keyboard().press("Enter");
            assertThat(page.locator("h1")).containsText("Declare");
            tabTo(page, "#title");
            page.keyboard().type("By keys alone");
            tabTo(page, "main form .button.primary");
            page.keyboard().press("Enter");
            assertThat(page.locator("#notices")).containsText("was declared");
        }
    }

    private static void tabTo(Page page, String selector) {
        for (int i = 0; i < 60; i++) {
            page.keyboard().press("Tab");
            if (page.locator(selector + ":focus").count() == 1) {
                return;
            }
        }
        throw new AssertionError("sixty tabs do not lead to " + selector);
    }

    @Test
    void whatIsWrongWithAParameterIsSaidAtItsField() throws Exception {
        stage().company("slips", "LARK");
        try (var visit = visit("en").asOperator()) {
            visit.open("slips", "mobile-apps/lark/enable");
            visit.page.fill("#appId", "not-a-lark-id");
            visit.page.fill("#appSecret", "not-a-lark-id");

            visit.page.click("button[value=save]");

            assertThat(visit.page.locator("#error-appId")).containsText("must begin with cli_");
            assertThat(visit.page.locator("#error-appSecret")).containsText("the same as appId");
            assertThat(visit.page.locator("#appId")).hasAttribute("aria-invalid", "true");
        }
    }

    @Test
    void withoutScriptsAFormKeepsWhatIsNoSecretAndIsStillSaved() throws Exception {
        stage().company("plain", "WECOM");
        try (var visit = Visit.to(
                        stage(), requireNonNull(opened), Visit.options("en").setJavaScriptEnabled(false))
                .asOperator()) {
            var page = visit.page;
            visit.open("plain", "mobile-apps/wecom/enable");
            fill(visit, "plain", "WECOM", WRONG);
            page.click("button[value=save]");
            assertThat(page.locator("#outcome")).containsText("Keys are never sent back");
            assertThat(page.locator("#enterpriseId")).hasValue("ww-plain");
            assertThat(page.locator("#enterpriseKey")).hasValue("");
            assertThat(page.content()).doesNotContain(WRONG);

            page.fill("#enterpriseKey", ConsoleStage.KEY);
            page.fill("#addressBookKey", ConsoleStage.KEY + "-book");
            page.click("button[value=save]");

            assertThat(page.locator("#notices")).containsText("The mobile app WeCom was enabled");
            visit.open("plain", "war-rooms");
            assertThat(page.locator("main")).containsText("No incident was declared yet");
            visit.open("plain", "people");
            page.fill("#personId", "p-1");
            page.fill("#platformUserId", "u1");
            page.locator("#bind button").click();
            assertThat(page.locator("#notices")).containsText("p-1 was bound");
            visit.open("plain", "declare");
            page.fill("#title", "A drill");
            page.locator("main form .button.primary").click();
            assertThat(page.locator("#notices")).containsText("was declared");
            await().atMost(SOON).until(() -> rooms("plain") == 1);
            visit.open("plain", "war-rooms?q=none-such");
            page.fill("#q", "drill");
            page.locator("form.filters .button").first().click();
            page.locator(".rooms tbody a").click();
            assertThat(page.locator("h1")).hasText("A drill");
        }
    }

    @Test
    void aStalePageSaysWhatWasChangedByWhomAndSavesNothing() throws Exception {
        stage().enable("stale", "LARK");
        try (var visit = visit("en").asOperator()) {
            visit.open("stale", "mobile-apps/lark/key");
            stage().service
                    .send(
                            "PUT",
                            "/tenants/stale/mobile-apps/LARK/key?verify=false",
                            ConsoleStage.parameters("stale", "LARK").replace("}", ",\"defaultOwner\":\"ou_boss\"}"));
            visit.page.fill("#appSecret", "an0ther-secret");

            visit.page.click("button[value=save]");

            assertThat(visit.page.locator("#outcome")).containsText("It was changed since you read it");
            assertThat(visit.page.locator("#outcome")).containsText("operator: App key changed");
            assertThat(visit.page.locator("#outcome")).containsText("defaultOwner");
            assertThat(visit.page.locator("#outcome .callout ul.plain li")).hasCount(1);
        }
        assertThat(stage().service.send("GET", "/tenants/stale/mobile-apps", "").body())
                .containsOnlyOnce("\"revision\":1");
    }

    @Test
    void theActiveAppIsChosenAndOneClickOnAnOldPageSaysThatItIsOld() throws Exception {
        stage().enable("choice", "LARK");
        stage().enable("choice", "WECOM");
        try (var one = visit("en").asOperator();
                var other = visit("en").asOperator()) {
            one.open("choice", "mobile-apps");
            other.open("choice", "mobile-apps");
            assertThat(one.page.locator("#WECOM .app-head")).containsText("Active");

            one.page.locator("#LARK").getByText("Make active").click();
            assertThat(one.page.locator("#notices")).containsText("Lark is the active app now");
            assertThat(one.page.locator("#LARK .app-head")).containsText("Active");
            other.page.locator("#LARK").getByText("Make active").click();
            assertThat(other.page.locator("#notices")).containsText("It was changed since you read it");
        }
    }

    @Test
    void aRefusedKeyIsToldInWordsWithSinceWhenAndWhoWaits() throws Exception {
        stage().enable("sick", "WECOM");
        stage().health("sick", Platform.WECOM, AppHealthState.KEY_REJECTED, "Copy the app's Secret anew.", "40001");
        var now = Instant.now();
        for (int i = 1; i <= 4; i++) {
            stage().incident("sick", "INC-" + i, "Down", Severity.P1, now)
                    .declared()
                    .waits(Platform.WECOM, ParkReason.KEY_REJECTED, "The key was refused.");
        }
        await().atMost(SOON).until(() -> waiting("sick") == 4);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stage().service
                                .send("GET", "/tenants/sick/mobile-apps", "")
                                .body())
                        .contains("\"state\":\"KEY_REJECTED\""));
        try (var visit = visit("en").asOperator()) {
            visit.open("sick", "mobile-apps");
            assertThat(visit.page.locator("#WECOM .health")).containsText("Key refused by WeCom");
            assertThat(visit.page.locator("#WECOM .health")).containsText("4 incidents wait for a new key");
            assertThat(visit.page.locator("#WECOM .health time")).isVisible();
            visit.open("sick", "mobile-apps/wecom/delete");
            assertThat(visit.page.locator("main form")).containsText("4 incidents that wait for this platform now");
            assertThat(visit.page.locator("main form")).containsText("It is the only enabled app");
            visit.open("sick", "war-rooms?state=WAITING");
            assertThat(visit.page.locator(".rooms tbody tr")).hasCount(4);
            assertThat(visit.page.locator(".rooms tbody .why").first()).isVisible();
        }
        stage().service
                .send(
                        "PUT",
                        "/tenants/sick/mobile-apps/WECOM/key?verify=false",
                        ConsoleStage.parameters("sick", "WECOM"));
        assertThat(stage().service.send("GET", "/tenants/sick/mobile-apps", "").body())
                .as("nothing is known of the new key yet")
                .doesNotContain("KEY_REJECTED");
    }

    @Test
    void theListOfRoomsChangesByItselfAndARoomTellsAll() throws Exception {
        var now = Instant.now();
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open("live", "war-rooms");
            assertThat(page.locator("#live")).containsText("Live");
            var incident = stage().incident("live", "INC-1", "Checkout fails", Severity.P1, now)
                    .declared();
            assertThat(page.locator("#rooms")).containsText("Checkout fails");
            incident.opened(Platform.LARK, "Marco Rossi", "No user has this address.");
            assertThat(page.locator(".rooms tbody")).containsText("Opened");
            assertThat(page.locator(".rooms tbody")).containsText("1.8 s");
            stage().incident("live", "INC-2", "DNS", Severity.P4, now)
                    .declared()
                    .failed(Platform.DINGTALK, FailureReason.TOO_FEW_PEOPLE, "Nobody was found.", "33012");

            page.locator("a.FAILED").click();
            assertThat(page.locator(".rooms tbody tr")).hasCount(1);
            page.getByText("DNS").click();
            assertThat(page.locator("main")).containsText("Too few people could be found");
            assertThat(page.locator("main")).containsText("33012");
            assertThat(page.locator("main")).containsText("7F3C-0D1A-44E2");
            visit.open("live", "war-rooms/INC-1");
            assertThat(page.locator("main")).containsText("Marco Rossi");
            assertThat(page.locator("main")).containsText("Not found on the platform");
            assertThat(page.locator(".timeline li")).hasCount(2);
            var time = page.locator(".timeline time").first();
            assertThat(time.getAttribute("title")).isEqualTo(time.getAttribute("datetime"));
            assertThat(time.innerText()).as("in the viewer's zone").doesNotContain("UTC");

            visit.open("live", "people");
            page.locator("section", new Page.LocatorOptions().setHasText("Could not be added lately"))
                    .locator("a[href*='person=p-3']")
                    .click();
            assertThat(page.locator("#personId")).hasValue("p-3");
            visit.go("/console?q=LIV");
            page.locator(".picks a").getByText("live").click();
            assertThat(page.locator("h1")).hasText("War rooms");
            page.getByText("Switch tenant").click();
            assertThat(page.locator("h1")).hasText("Choose a tenant");
            assertThat(visit.complaints).isEmpty();
        }
    }

    @Test
    void aRoomsPageTellsTheIncidentTheWayInWhoIsThereEveryStepAndTheAppThatWasUsed() throws Exception {
        stage().enable("whole", "LARK");
        stage().incident("whole", "INC-1", "Checkout fails", Severity.P1, Instant.now())
                .declared()
                .updated("Rolled back release 4711.")
                .opened(Platform.LARK, "Marco Rossi", "No user has this address.");
        stage().incident("whole", "INC-2", "DNS", Severity.P4, Instant.now())
                .declared()
                .opened(Platform.LARK, "Marco Rossi", "No user has this address.")
                .closed(Platform.LARK);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stage().service
                                .send("GET", "/tenants/whole/war-rooms", "")
                                .body())
                        .contains("\"CLOSED\":1", "\"OPENED\":1"));
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            var main = page.locator("main");
            visit.open("whole", "war-room?incident=INC-1");
            for (var words : List.of(
                    "Checkout fails",
                    "P1",
                    "Lark",
                    "eu-1",
                    "One order in four is lost.",
                    "[P1] Checkout fails",
                    "oc_inc-1",
                    "陈静",
                    "Commander",
                    "Amara Okafor",
                    "ou_77c0e",
                    "Marco Rossi",
                    "Rolled back release 4711.")) {
                assertThat(main).containsText(words);
            }
            assertThat(page.getByText("Open the room"))
                    .hasAttribute("href", "https://applink.feishu.cn/client/chat/open?openChatId=oc_inc-1");
            assertThat(page.locator("dt:text-is('App revision used') + dd")).hasText("4");
            assertThat(page.locator(".timeline li strong"))
                    .hasText(new String[] {"Declared", "Room opened", "Updated"});

            var messages = page.locator(".messages li");
            assertThat(messages).hasCount(2);
            assertThat(messages.first()).containsText("First message");
            assertThat(messages.first()).containsText("Sent");
            assertThat(messages.first().locator(".bubble strong").first()).hasText("Checkout fails");
            assertThat(messages.first().locator(".bubble a"))
                    .hasAttribute("href", "https://wiki.example.com/runbook?id=7");
            assertThat(messages.last()).containsText("Refused");
            assertThat(messages.last()).containsText("the room has not read it");
            assertThat(messages.last()).containsText("230028");
            assertThat(messages.last()).containsText("7F3C-0D1A-44E3");

            visit.open("whole", "war-rooms?state=CLOSED");
            page.locator(".rooms tbody a").click();
            assertThat(messages).hasCount(2);
            assertThat(messages.last()).containsText("No answer came");
            assertThat(messages.last()).containsText("A certificate had expired.");
            assertThat(page.locator(".timeline")).containsText("Room closed");
            assertThat(page.locator(".timeline")).containsText("The room is kept on the platform.");
        }
    }

    @Test
    void aFailedIncidentIsTriedAgainByItsButton() throws Exception {
        stage().incident("again", "INC-1", "DNS", Severity.P4, Instant.now())
                .declared()
                .failed(Platform.DINGTALK, FailureReason.TOO_FEW_PEOPLE, "Nobody was found.", "33012");
        stage().incident("again", "INC-2", "Checkout fails", Severity.P1, Instant.now())
                .declared();
        await().atMost(SOON).until(() -> rooms("again") == 2);
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            await().atMost(SOON).untilAsserted(() -> {
                visit.open("again", "war-room?incident=INC-1");
                org.assertj.core.api.Assertions.assertThat(page.content()).contains("Try again now");
            });
            page.click("text=Try again now");

            assertThat(page.locator("main")).containsText("DNS");
            assertThat(page.locator("body")).containsText("Incident INC-1 is tried again.");
            visit.open("again", "war-room?incident=INC-2");
            assertThat(page.locator("body")).not().containsText("Try again now");
        }
    }

    @Test
    void roomsAreFoundByTitleProjectAndStatusAndALateAnswerDoesNotBringTheOthersBack() throws Exception {
        var now = Instant.now();
        stage().incident("found", "INC-1", "Checkout fails", Severity.P1, now)
                .declared()
                .opened(Platform.LARK, "Marco Rossi", "No user has this address.");
        stage().incident("found", "INC-2", "DNS", Severity.P4, now)
                .declared()
                .failed(Platform.DINGTALK, FailureReason.TOO_FEW_PEOPLE, "Nobody was found.", "33012");
        await().atMost(SOON).until(() -> rooms("found") == 2);
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            var rows = page.locator(".rooms tbody tr");
            visit.open("found", "war-rooms");
            assertThat(page.locator("#live")).containsText("Live");
            var searches = new ArrayList<String>();
            page.onRequest(request -> {
                // A list that only follows is asked for by itself, and says so.
                if (request.resourceType().equals("xhr") && !request.headers().containsKey("hx-trigger")) {
                    searches.add(request.url());
                }
            });
            var late = new ArrayList<Route>();
            page.route(url -> url.endsWith("/found/war-rooms"), late::add);
            stage().incident("found", "INC-3", "Disk full", Severity.P4, now).declared();
            page.waitForCondition(() -> !late.isEmpty());

            page.fill("#q", "dns");
            page.press("#q", "Enter");
            assertThat(rows).hasCount(1);
            assertThat(page.locator(".totals b")).hasCount(0);
            assertThat(searches).as("Enter asks once").hasSize(1);
            late.forEach(Route::abort);
            stage().incident("found", "INC-4", "DNS again", Severity.P4, now).declared();
            assertThat(rows).hasCount(2);
            assertThat(page.locator("#rooms")).not().containsText("Disk full");
            page.selectOption("#platform", "DINGTALK");
            assertThat(rows).hasCount(1);
            page.fill("#q", "");
            page.selectOption("#platform", "");
            page.fill("#region", "eu-1");
            page.press("#region", "Enter");
            assertThat(rows).hasCount(4);
            page.fill("#region", "eu");
            page.press("#region", "Enter");
            assertThat(page.locator("#rooms")).containsText("No incident is like this");
            visit.open("found", "war-rooms?state=OPENED&region=eu-1&q=checkout");
            assertThat(rows).hasCount(1);
            assertThat(page.locator("#q")).hasValue("checkout");
        }
    }

    @Test
    void whoLeafsThroughManyRoomsIsNeverRefusedTheStream() throws Exception {
        stage().incident("leafing", "INC-1", "Checkout fails", Severity.P1, Instant.now())
                .declared();
        await().atMost(SOON).until(() -> rooms("leafing") == 1);
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            var answers = new ArrayList<Integer>();
            page.onResponse(answer -> {
                if (answer.url().contains("/war-rooms/stream")) {
                    answers.add(answer.status());
                }
            });
            for (int i = 0; i < 25; i++) {
                visit.open("leafing", i % 2 == 0 ? "war-rooms" : "war-room?incident=INC-1");
                assertThat(page.locator("#live")).containsText("Live");
            }
            assertThat(answers).hasSizeGreaterThanOrEqualTo(25).containsOnly(200);
        }
    }

    @Test
    void aSessionsOldestStreamGivesItsPlaceToTheNewestAndSaysSo() throws Exception {
        try (var visit = visit("en").asOperator();
                var other = visit("en").asOperator()) {
            visit.open("crowded", "audit");
            other.open("crowded", "war-rooms");
            assertThat(other.page.locator("#live")).containsText("Live");

            var told = visit.page.evaluate("""
                    () => new Promise((resolve) => {
                      const streams = [];
                      const open = (number) => {
                        const stream = new EventSource('/api/v1/tenants/crowded/war-rooms/stream');
                        streams.push(stream);
                        stream.addEventListener('replaced', () => {
                          streams.forEach((one) => one.close());
                          resolve(number);
                        });
                        stream.addEventListener('open', () => number < 5 && open(number + 1));
                      };
                      open(1);
                    })""");

            assertThat(told).isEqualTo(1);
            assertThat(other.page.locator("#live")).containsText("Live");
        }
    }

    @Test
    void aPageWhoseStreamWasGivenAwayStandsStillUntilItIsLookedAtAgain() throws Exception {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            page.route(
                    url -> url.contains("/war-rooms/stream"),
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setContentType("text/event-stream")
                            .setBody("retry: 1\n\nevent: replaced\ndata: {}\n\n")),
                    new Page.RouteOptions().setTimes(1));
            visit.open("given", "war-rooms");
            assertThat(page.locator("#live")).hasClass("live off");

            page.evaluate("() => window.dispatchEvent(new Event('focus'))");

            assertThat(page.locator("#live")).hasClass("live on");
        }
    }

    @Test
    void aPageThatGetsNoStreamSaysThatItRefreshesItself() throws Exception {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            page.route(
                    url -> url.contains("/war-rooms/stream"),
                    route -> route.fulfill(new Route.FulfillOptions().setStatus(429)));

            visit.open("crowded", "war-rooms");

            assertThat(page.locator("#live")).containsText("refreshed every 20 seconds");
        }
    }

    @Test
    void aDeclarationThatIsClickedTwiceIsOneIncident() throws Exception {
        try (var visit = visit("en").asOperator()) {
            visit.open("drill", "declare");
            var id = visit.page.inputValue("#incidentId");
            visit.page.fill("#title", "A drill");
            visit.page.fill("#responders", "p-1, 陈静, chen@example.com\np-2");
            visit.page.locator("main form .button.primary").dblclick();

            assertThat(visit.page.locator("#notices")).containsText(id);
            assertThat(visit.page.locator("#rooms")).containsText("A drill");
            visit.open("drill", "war-rooms");
            assertThat(visit.page.locator(".totals a").first()).containsText("1");
        }
        assertThat(stage().deployment.values(Topic.INCIDENT_DECLARED, "drill"))
                .extracting(incident -> incident.get("incidentId"))
                .hasSizeBetween(1, 2)
                .containsOnly(stage().deployment
                        .values(Topic.INCIDENT_DECLARED, "drill")
                        .getFirst()
                        .get("incidentId"));
    }

    @Test
    void peopleAreBoundFoundImportedAndRemoved() throws Exception {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open("folk", "people");
            page.fill("#personId", "p-1");
            page.selectOption("#bind-platform", "LARK");
            page.fill("#platformUserId", "ou_1");
            page.locator("#bind button").click();
            assertThat(page.locator("#notices")).containsText("p-1 was bound");

            page.fill(
                    "#lines",
                    "personId,platform,platformUserId\np-1,LARK,ou_1\np-2,wecom,\"Wang, Wu\"\np-3,SLACK,x\n\np-4,LARK\na/b,LARK,ou_4\n");
            page.getByText("Import", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#report h2")).hasText("1 bound, 1 unchanged, 3 refused");
            assertThat(page.locator("#report tbody tr").nth(2)).containsText("platform must be one of");
            assertThat(page.locator("#report tbody tr").nth(3)).containsText("platformUserId is missing");
            assertThat(page.locator("#report tbody tr").nth(3)).containsText("6");

            page.fill("#q", "wang");
            page.locator("main form[role=search] button").click();
            assertThat(page.locator("main")).containsText("Wang, Wu");
            assertThat(page.locator("main")).not().containsText("ou_1");
            page.click("tbody button");
            assertThat(page.locator("#notices")).containsText("The binding of p-2 was removed");
            visit.open("folk", "audit?action=member.unbound");
            assertThat(page.locator("tbody tr")).hasCount(1);
            assertThat(page.locator("tbody")).containsText("members/p-2/WECOM");
        }
    }

    @Test
    void aTokenIsShownOnceAndRevoked() throws Exception {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open("keys", "api-tokens");
            page.fill("#name", "pager");
            page.click("main form button.primary");
            var token = page.innerText("#token");
            assertThat(token).matches("wrt_[A-Za-z0-9_-]{43}");
            var declaration = "{\"incidentId\":\"INC-1\",\"title\":\"down\",\"severity\":\"P1\"}";
            assertThat(stage().service
                            .sendAs("Bearer " + token, "POST", "/api/v1/tenants/keys/incidents", declaration)
                            .statusCode())
                    .isEqualTo(202);

            visit.open("keys", "api-tokens");
            assertThat(page.content()).contains("pager").doesNotContain(token);
            page.click("tbody button");
            assertThat(page.locator("#notices")).containsText("The token was revoked");
            assertThat(stage().service
                            .sendAs("Bearer " + token, "POST", "/api/v1/tenants/keys/incidents", declaration)
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void aTenantsAdminMeetsAWallAtEveryPageOfAnother() throws Exception {
        stage().enable("walled", "LARK");
        stage().incident("walled", "INC-SECRET", "Their secret outage", Severity.P1, Instant.now())
                .declared();
        await().atMost(SOON).until(() -> rooms("walled") == 1);
        try (var visit = visit("en").as("adam", "TENANT_ADMIN", "mine")) {
            assertThat(visit.page.url()).endsWith("/console/tenants/mine/war-rooms");
            for (var path : List.of(
                    "war-rooms",
                    "war-rooms/INC-SECRET",
                    "war-room?incident=INC-SECRET",
                    "mobile-apps",
                    "mobile-apps/lark/key",
                    "mobile-apps/lark/delete",
                    "people",
                    "audit",
                    "api-tokens",
                    "declare")) {
                assertThat(visit.open("walled", path)).as(path).isEqualTo(403);
                assertThat(visit.page.content())
                        .contains("another tenant’s")
                        .doesNotContain("Their secret", "cli_walled", "walled ·");
            }
            visit.go("/console?q=wal");
            assertThat(visit.page.locator("main")).not().containsText("walled");
            var streamed = visit.page.evaluate(
                    "() => fetch('/api/v1/tenants/walled/war-rooms/stream').then(answer => answer.status)");
            assertThat(streamed).isEqualTo(403);
            visit.open("mine", "mobile-apps");
            assertThat(visit.page.locator("main")).containsText("Enable now");
        }
    }

    @Test
    void aViewerLooksAndChangesNothing() throws Exception {
        stage().enable("seen", "LARK");
        try (var visit = visit("en").as("vera", "VIEWER", "seen")) {
            visit.open("seen", "mobile-apps");
            assertThat(visit.page.locator("main")).containsText("You may look at these settings");
            assertThat(visit.page.locator("main .actions")).hasCount(0);
            assertThat(visit.open("seen", "mobile-apps/lark/key")).isEqualTo(403);
            assertThat(visit.open("seen", "declare")).isEqualTo(403);
            assertThat(visit.open("seen", "people")).isEqualTo(200);
            assertThat(visit.page.locator("main form[method=post]")).hasCount(0);
        }
    }

    @Test
    void textsFromOutsideAreNeverMarkup() throws Exception {
        var tenant = "evil";
        stage().enable(tenant, "LARK");
        stage().health(tenant, Platform.LARK, AppHealthState.MISCONFIGURED, EVIL, EVIL);
        var now = Instant.now();
        stage().incident(tenant, "INC-\"><b>1", EVIL, Severity.P1, now)
                .declared()
                .updated(EVIL)
                .opened(Platform.LARK, EVIL, EVIL);
        stage().incident(tenant, "INC-2", EVIL, Severity.P1, now)
                .declared()
                .failed(Platform.WECOM, FailureReason.REFUSED_BY_PLATFORM, EVIL, EVIL);
        stage().incident(tenant, "INC-3", EVIL, Severity.P1, now)
                .declared()
                .waits(Platform.LARK, ParkReason.THROTTLED, EVIL);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stage().service
                                .send("GET", "/tenants/" + tenant + "/war-rooms", "")
                                .body())
                        .contains("\"FAILED\":1", "\"OPENED\":1", "\"WAITING\":1"));
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open(tenant, "people");
            page.fill("#personId", EVIL.replace("/", ""));
            page.fill("#platformUserId", EVIL.replace("/", ""));
            page.locator("#bind button").click();
            assertThat(page.locator("#notices")).containsText("onerror");
            page.fill("#lines", EVIL.replace("\"", "") + ",LARK," + EVIL.replace("\"", ""));
            page.getByText("Import", new Page.GetByTextOptions().setExact(true)).click();
            assertThat(page.locator("#report")).containsText("onerror");
            visit.open(tenant, "api-tokens");
            page.fill("#name", EVIL);
            page.click("main form button.primary");
            assertThat(page.locator(".callout")).containsText("onerror");

            for (var path : List.of(
                    "war-rooms",
                    "war-rooms?q=" + URLEncoder.encode(EVIL, StandardCharsets.UTF_8),
                    "war-rooms/INC-%22%3E%3Cb%3E1",
                    "war-rooms/INC-2",
                    "war-rooms/INC-3",
                    "mobile-apps",
                    "people",
                    "people?person=" + URLEncoder.encode(EVIL, StandardCharsets.UTF_8),
                    "api-tokens",
                    "audit")) {
                assertThat(visit.open(tenant, path)).as(path).isEqualTo(200);
                assertThat(page.content()).as(path).contains("onerror");
                assertThat(page.locator("main img, main script, main b[onerror]"))
                        .hasCount(0);
                assertThat(page.evaluate("() => window.hacked")).as(path).isNull();
            }
            assertThat(visit.complaints).isEmpty();
        }
    }

    @Test
    void everyIncidentHasItsPageWhateverItsId() throws Exception {
        var ids = List.of(
                "a;b=c", "100%", "%2e%2e", "%00", "c:\\d", "..", ".", "x?y#z&in=7", "a b+c", "支付", "\"'><i>", "{id}");
        for (var id : ids) {
            stage().incident("odd", id, "About " + id, Severity.P3, Instant.now())
                    .declared();
        }
        await().atMost(SOON).until(() -> rooms("odd") == ids.size());
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            for (var id : ids) {
                visit.open("odd", "war-rooms");
                page.getByRole(
                                AriaRole.LINK,
                                new Page.GetByRoleOptions()
                                        .setName("About " + id)
                                        .setExact(true))
                        .click();
                assertThat(page.locator("h1")).hasText("About " + id);
                assertThat(page.locator(".crumbs code")).hasText(id);
            }
            for (var query :
                    List.of("", "?incident=", "?incident=a%2Fb", "?incident=a%0Ab", "?incident=" + "x".repeat(129))) {
                assertThat(visit.open("odd", "war-room" + query)).as(query).isEqualTo(400);
            }
            assertThat(visit.open("odd", "war-room?incident=..%5C..")).isEqualTo(404);
            assertThat(visit.open("odd", "war-rooms/a%3Bb=c"))
                    .as("what the firewall refuses in a path it still refuses")
                    .isEqualTo(400);
        }
    }

    @Test
    void aSessionThatHasEndedIsSaidAndNothingIsStored() throws Exception {
        stage().enable("ended", "LARK");
        try (var visit = visit("en").asOperator()) {
            visit.open("ended", "mobile-apps/lark/key");
            visit.page.fill("#appSecret", "an0ther-secret");
            visit.forgetWhoItIs();
            visit.page.click("button[value=save]");
            assertThat(visit.page.locator("main")).containsText("Your session has ended");
        }
        assertThat(stage().service.send("GET", "/tenants/ended/mobile-apps", "").body())
                .contains("\"revision\":1");
    }

    @Test
    void aListWhoseSessionHasEndedLeadsToTheSignInAndBack() {
        try (var visit = visit("en").asOperator()) {
            visit.open("ended", "war-rooms");
            visit.forgetWhoItIs();
            visit.page.fill("#q", "anything");
            visit.page.press("#q", "Enter");
            visit.page.waitForURL(url -> url.endsWith("/login"));
            visit.signIn();
            visit.page.waitForURL(url -> url.contains("/ended/war-rooms?q=anything"));
        }
    }

    @Test
    void aScriptWhoseSessionIsGoneOpensNoBoxForAPasswordOverItsPage() {
        try (var visit = visit("en").asOperator()) {
            var page = visit.page;
            visit.open("boxed", "war-rooms?q=none-such");
            visit.forgetWhoItIs();

            // Behind a box for a password there is no answer, and no key reaches the page.
            var answer = page.waitForResponse(
                    one -> one.url().endsWith("/boxed/war-rooms/stream"),
                    () -> page.evaluate("() => { new EventSource('/api/v1/tenants/boxed/war-rooms/stream'); }"));

            assertThat(answer.status()).isEqualTo(401);
            page.press("#q", "Enter");
            page.waitForURL(url -> url.endsWith("/login"));
        }
    }

    @Test
    void languageAndColoursAreKept() throws Exception {
        try (var visit = visit("en").asOperator()) {
            visit.open("kept", "mobile-apps?x=1");
            visit.page.getByText("简体中文").click();
            assertThat(visit.page.locator("h1")).hasText("移动应用管理");
            assertThat(visit.page.url()).endsWith("/kept/mobile-apps?x=1");
            visit.page.getByText("深色").click();
            visit.open("kept", "people");
            assertThat(visit.page.locator("html")).hasAttribute("data-theme", "dark");
            assertThat(visit.page.locator("html")).hasAttribute("lang", "zh-CN");
            visit.page.getByText("退出登录").click();
            assertThat(visit.page.locator("main")).containsText("您已退出登录。");
            visit.open("kept", "people");
            assertThat(visit.page.url()).endsWith("/login");
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void noPageHasASeriousFaultForThoseWhoSeeLittleOrUseNoMouse(int width, boolean dark) throws Exception {
        assumeTrue(
                Boolean.getBoolean("warroom.axe.all") || (width == 1280) != dark,
                "half a minute each: -Dwarroom.axe.all=true looks at every width in both themes");
        var tenant = "axe";
        if (rooms(tenant) == 0) {
            stage().showcase(tenant);
            await().atMost(SOON).until(() -> rooms(tenant) == 3);
        }
        var faults = new ArrayList<String>();
        try (var visit = Visit.to(stage(), requireNonNull(opened), Visit.options(width, dark, "en"))) {
            visit.go("/login");
            look(visit, faults);
            visit.asOperator();
            look(visit, faults);
            for (var path : ConsoleStage.PAGES) {
                visit.open(tenant, path);
                look(visit, faults);
            }
            visit.open(tenant, "mobile-apps/wecom/key");
            fill(visit, tenant, "WECOM", "x y");
            visit.page.click("button[value=save]");
            assertThat(visit.page.locator("#error-enterpriseKey")).containsText("space");
            look(visit, faults);
        }

        assertThat(faults).isEmpty();
    }

    private static void look(Visit visit, List<String> faults) {
        var looks = Looks.of(visit.page);
        faults.addAll(looks.faults());
        if (looks.wider() != 0 || looks.shift() > Looks.GOOD_SHIFT) {
            faults.add(visit.page.url() + " is wider than the window or does not stand still: " + looks);
        }
    }

    private static void fill(Visit visit, String tenant, String platform, String key) {
        var page = visit.page;
        switch (platform) {
            case "WECOM" -> {
                fillUnlessReadOnly(visit, "enterpriseId", "ww-" + tenant);
                page.fill("#enterpriseKey", key);
                page.fill("#addressBookKey", ConsoleStage.KEY + "-book");
                page.fill("#serviceId", "1000002");
            }
            case "DINGTALK" -> {
                fillUnlessReadOnly(visit, "clientId", "ding-" + tenant);
                page.fill("#clientSecret", key);
                page.fill("#groupTemplateId", "t");
                page.fill("#robotId", "r");
                page.fill("#serviceId", "42");
            }
            default -> {
                fillUnlessReadOnly(visit, "appId", "cli_" + tenant);
                page.fill("#appSecret", key);
            }
        }
        page.locator("details:not(.original)").evaluate("details => { details.open = true; }");
        page.fill("#endpoint", stage().endpoint(platform));
        page.fill("#defaultOwner", "u1");
    }

    private static void fillUnlessReadOnly(Visit visit, String field, String value) {
        if (visit.page.getAttribute("#" + field, "readonly") == null) {
            visit.page.fill("#" + field, value);
        }
    }

    private static String secretOf(String platform) {
        return AppField.of(platform).stream()
                .filter(AppField::secret)
                .findFirst()
                .orElseThrow()
                .name();
    }

    private static long rooms(String tenant) {
        return requireNonNull(stage().service
                        .part(RoomBoard.class)
                        .page(new TenantId(tenant), Map.of())
                        .totals())
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private static long waiting(String tenant) {
        return stage().service.part(RoomBoard.class).waiting(new TenantId(tenant)).stream()
                .mapToLong(RoomBoard.Waiting::incidents)
                .sum();
    }
}
