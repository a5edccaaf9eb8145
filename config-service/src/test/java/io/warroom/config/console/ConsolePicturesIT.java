package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ScreenshotAnimations;
import io.warroom.event.AppHealthState;
import io.warroom.event.FailureReason;
import io.warroom.event.ParkReason;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Takes the pictures of the user guide: every page, in both themes and at both widths. Nothing is tested, so it runs when asked. */
@EnabledIfSystemProperty(
        named = "warroom.pictures",
        matches = ".+",
        disabledReason = "pictures are taken when asked: -Dwarroom.pictures=docs/images")
class ConsolePicturesIT {

    private static final Map<String, String> PAGES = new LinkedHashMap<>();

    static {
        PAGES.put("war-rooms", "war-rooms");
        PAGES.put("war-room", "war-room?incident=INC-2041");
        PAGES.put("war-room-failed", "war-room?incident=INC-2039");
        PAGES.put("mobile-apps", "mobile-apps");
        PAGES.put("enable", "mobile-apps/dingtalk/enable");
        PAGES.put("change-key", "mobile-apps/wecom/key");
        PAGES.put("delete", "mobile-apps/lark/delete");
        PAGES.put("people", "people");
        PAGES.put("declare", "declare");
        PAGES.put("api-tokens", "api-tokens");
        PAGES.put("audit", "audit");
    }

    @TempDir
    private Path folder;

    @Test
    void everyPageHasItsPictures() throws Exception {
        assumeTrue(Browsers.chromium().isPresent(), Browsers.NONE);
        var to = Files.createDirectories(Path.of(System.getProperty("warroom.pictures")));
        try (var stage = new ConsoleStage(folder);
                var browsers = new Browsers()) {
            fill(stage);
            for (int width : List.of(1280, 390)) {
                for (boolean dark : List.of(false, true)) {
                    var name = (width == 390 ? "-narrow" : "") + (dark ? "-dark" : "") + ".png";
                    try (var visit = Visit.to(stage, browsers, Visit.options(width, dark, "en"))) {
                        visit.go("/login");
                        take(visit, to.resolve("sign-in" + name));
                        visit.asOperator();
                        take(visit, to.resolve("tenants" + name));
                        for (var page : PAGES.entrySet()) {
                            assertThat(visit.open("acme", page.getValue())).isEqualTo(200);
                            take(visit, to.resolve(page.getKey() + name));
                        }
                        refuse(stage, visit);
                        take(visit, to.resolve("refused" + name));
                    }
                    if (width == 1280) {
                        try (var visit = Visit.to(stage, browsers, Visit.options(width, dark, "zh-CN"))
                                .asOperator()) {
                            for (var page : List.of(
                                    "war-rooms", "war-room", "war-room-failed", "mobile-apps", "enable", "people")) {
                                visit.open("acme", PAGES.getOrDefault(page, ""));
                                take(visit, to.resolve(page + "-zh" + name));
                            }
                            refuse(stage, visit);
                            take(visit, to.resolve("refused-zh" + name));
                        }
                    }
                }
            }
        }
        assertThat(to).isDirectoryContaining("glob:**war-rooms-narrow-dark.png");
    }

    /** Gives DingTalk's form a wrong secret. */
    private static void refuse(ConsoleStage stage, Visit visit) {
        visit.open("acme", "mobile-apps/dingtalk/enable");
        visit.page.fill("#clientId", "ding-acme");
        visit.page.fill("#clientSecret", "not-the-secret");
        visit.page.fill("#groupTemplateId", "t");
        visit.page.fill("#robotId", "r");
        visit.page.fill("#serviceId", "42");
        visit.page.locator("details:not(.original)").evaluate("details => { details.open = true; }");
        visit.page.fill("#endpoint", stage.endpoint("DINGTALK"));
        visit.page.locator("details:not(.original)").evaluate("details => { details.open = false; }");
        visit.page.click("button[value=save]");
        visit.page.waitForSelector("[data-outcome=REFUSED]");
    }

    private static void fill(ConsoleStage stage) throws Exception {
        stage.company("acme", "DINGTALK");
        stage.enable("acme", "LARK");
        stage.enable("acme", "WECOM");
        stage.health(
                "acme",
                Platform.WECOM,
                AppHealthState.KEY_REJECTED,
                "WeCom refuses the enterprise key: copy the app’s Secret from its page, and change the key.",
                "40001");
        stage.health("acme", Platform.LARK, AppHealthState.HEALTHY, "The app opens rooms.", null);
        stage.enable("globex", "LARK");
        stage.enable("initech", "LARK");
        for (var binding : List.of("p-1 LARK ou_8f2a1c", "p-2 LARK ou_77c0e4", "p-2 WECOM amara.okafor")) {
            var parts = binding.split(" ", -1);
            stage.service.send(
                    "PUT",
                    "/tenants/acme/members/" + parts[0],
                    "{\"platform\":\"%s\",\"platformUserId\":\"%s\"}".formatted(parts[1], parts[2]));
        }
        stage.service.send("POST", "/tenants/acme/api-tokens", "{\"name\":\"pager\"}");
        stage.service.send(
                "POST", "/tenants/acme/api-tokens", "{\"name\":\"monitoring\",\"expiresAt\":\"2099-01-01T00:00:00Z\"}");
        var now = Instant.now();
        for (int i = 0; i < 6; i++) {
            stage.incident(
                            "acme",
                            "INC-" + (2030 + i),
                            List.of(
                                            "Search answers slowly",
                                            "Invoices are late",
                                            "Login loops on mobile",
                                            "Cache misses doubled",
                                            "Payments 5xx in us-2",
                                            "Disk almost full")
                                    .get(i),
                            List.of(Severity.P3, Severity.P4, Severity.P2, Severity.P3, Severity.P1, Severity.P4)
                                    .get(i),
                            now.minusSeconds(90_000 - 9_000L * i))
                    .declared()
                    .opened(Platform.LARK, "Marco Rossi", "No user of Lark has this e-mail address or mobile number.");
        }
        stage.incident("acme", "INC-2039", "Backup did not run", Severity.P3, now.minusSeconds(4_000))
                .declared()
                .failed(
                        Platform.WECOM,
                        FailureReason.TOO_FEW_PEOPLE,
                        "WeCom needs two people in a room, and one was found: bind the others, or give their mobile numbers.",
                        "86215");
        stage.incident("acme", "INC-2040", "支付网关超时", Severity.P2, now.minusSeconds(900))
                .declared()
                .waits(
                        Platform.WECOM,
                        ParkReason.KEY_REJECTED,
                        "WeCom refused the key. The room opens as soon as the key is changed.");
        stage.incident("acme", "INC-2041", "Checkout fails in eu-1", Severity.P1, now.minusSeconds(400))
                .declared()
                .updated("Rolled back release 4711; error rate is falling.")
                .opened(Platform.LARK, "Marco Rossi", "No user of Lark has this e-mail address or mobile number.");
        stage.incident("acme", "INC-2042", "DNS answers slowly", Severity.P4, now.minusSeconds(2))
                .declared();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(stage.service
                                .send("GET", "/tenants/acme/war-rooms", "")
                                .body())
                        .contains("\"OPENED\":7", "\"FAILED\":1", "\"WAITING\":1", "\"DECLARED\":1"));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(stage.service
                                .send("GET", "/tenants/acme/mobile-apps", "")
                                .body())
                        .contains("KEY_REJECTED", "HEALTHY"));
    }

    private static void take(Visit visit, Path to) {
        var live = visit.page.locator("#live");
        if (live.count() > 0) {
            PlaywrightAssertions.assertThat(live).hasClass("live on");
        }
        visit.page.screenshot(new Page.ScreenshotOptions()
                .setFullPage(true)
                .setAnimations(ScreenshotAnimations.DISABLED)
                .setPath(to));
    }
}
