package io.warroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ScreenshotAnimations;
import io.warroom.simulator.witness.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Takes the pictures of the page, in both themes and at both widths. Nothing is tested, so it runs when asked. */
@EnabledIfSystemProperty(
        named = "warroom.pictures",
        matches = ".+",
        disabledReason = "pictures are taken when asked: -Dwarroom.pictures=docs/images")
final class PagePicturesIT {
    private static final List<Map<String, Object>> PEOPLE = List.of(
            person("li.wei", "Li Wei 李伟", 1),
            person("chen.jing", "Chen Jing 陈静", 2),
            person("wang.fang", "Wang Fang 王芳", 3),
            person("zhang.min", "Zhang Min 张敏", 4),
            person("liu.yang", "Liu Yang 刘洋", 5),
            person("anna.keller", "Anna Keller", 6),
            person("tom.hughes", "Tom Hughes", 7),
            person("priya.nair", "Priya Nair", 8),
            Map.of("userId", "sun.hao", "name", "Sun Hao 孙浩", "visible", false));
    private static final List<String> RESPONDERS =
            List.of("li.wei", "chen.jing", "wang.fang", "zhang.min", "anna.keller", "tom.hughes", "priya.nair");

    private static Map<String, Object> person(String id, String name, int number) {
        return Map.of("userId", id, "name", name, "mobile", "+861380001000" + number, "email", id + "@acme.example");
    }

    @Test
    void thePageHasItsPictures() throws Exception {
        assumeTrue(Browsers.chromium().isPresent(), Browsers.NONE);
        Path to = Files.createDirectories(Path.of(System.getProperty("warroom.pictures")));
        try (Client client = new Client(Clock.systemUTC());
                Browsers browsers = new Browsers()) {
            fill(client);
            for (int width : List.of(1280, 390)) {
                for (boolean dark : List.of(false, true)) {
                    String name = (width == 390 ? "-narrow" : "") + (dark ? "-dark" : "") + ".png";
                    take(client, browsers, width, dark, "en", "/", false, to.resolve("simulator" + name));
                    if (width == 1280) {
                        take(
                                client,
                                browsers,
                                width,
                                dark,
                                "zh-CN",
                                "/?wecom=list&lark=list",
                                true,
                                to.resolve("simulator-zh" + name));
                    }
                }
            }
        }
        assertThat(to).isDirectoryContaining("glob:**simulator-narrow-dark.png");
    }

    private static void fill(Client client) throws Exception {
        Chats chats = new Chats(client);
        for (Platform platform : Platform.values()) {
            chats.company("acme", platform, PEOPLE);
            chats.company("globex", platform, PEOPLE);
        }
        for (Platform platform : Platform.values()) {
            String old = chats.open("globex", platform, "INC2029", "INC-2029 Search is slow", RESPONDERS);
            chats.say("globex", platform, old, "Search is slow", "**Severity**: P3\n**Impact**: p95 at 4 s");
            chats.rename("globex", platform, old, "[OK] INC-2029 Search is slow");
            chats.dissolve("globex", platform, old);
            chats.open("acme", platform, "INC2035", "INC-2035 Disk full on db-7", RESPONDERS);
        }
        incident(chats, Platform.WECOM, "INC-2041", "Checkout returns 502 in eu-1", "Orders are being lost", "shop");
        incident(chats, Platform.DINGTALK, "INC-2042", "支付回调延迟 20 分钟", "Orders stay unpaid", "payments");
        incident(chats, Platform.LARK, "INC-2043", "Sign-in is down in cn-east-3", "Nobody can sign in", "identity");
        client.send("PUT", "/sim/v1/tenants/acme/WECOM/switches", "{\"limits\":true,\"unknownChat\":86003}");
        client.send("PUT", "/sim/v1/faults", """
                {"seed":7,"faults":[
                {"tenant":"globex","platform":"DINGTALK","kind":"HTTP_503_JSON","share":0.2},
                {"tenant":"acme","platform":"LARK","endpoint":"im/v1/messages","kind":"LATENCY","times":3,
                "latency":{"shape":"LOGNORMAL","p50Millis":250,"p99Millis":2000}}]}""");
        for (int i = 0; i < 7; i++) {
            chats.create("globex", Platform.DINGTALK, "INC205" + i, "INC-205" + i + " Cache misses", RESPONDERS);
        }
        for (int i = 0; i < 3; i++) {
            client.send("GET", "/wecom/cgi-bin/gettoken?corpid=ww-acme&corpsecret=old", "");
        }
        chats.open(
                "globex",
                Platform.WECOM,
                "INC2058",
                "INC-2058 Every region reports a slowly growing number of failed logins since noon",
                RESPONDERS);
        incident(chats, Platform.WECOM, "INC-2061", "Payments 5xx in us-2", "One order in five fails", "shop");
        incident(chats, Platform.DINGTALK, "INC-2062", "支付回调延迟 20 分钟", "Orders stay unpaid", "payments");
    }

    private static void incident(Chats chats, Platform platform, String id, String title, String impact, String service)
            throws Exception {
        String room = chats.open("acme", platform, id.replace("-", ""), id + " " + title, RESPONDERS);
        chats.say("acme", platform, room, title, """
                **Severity**: P1
                **Impact**: %s
                **Service**: [%s](https://wiki.acme.example/%s)
                **In command**: Li Wei 李伟
                **Missing**: Sun Hao 孙浩: outside the app's range""".formatted(impact, service, service));
        chats.rename("acme", platform, room, id + " P1→P2 " + title);
        chats.say("acme", platform, room, "P1 → P2", "Rolled back release 4711; the error rate is falling.");
    }

    private static void take(
            Client client,
            Browsers browsers,
            int width,
            boolean dark,
            String language,
            String path,
            boolean whole,
            Path to) {
        try (BrowserContext context = browsers.browser.newContext(new Browser.NewContextOptions()
                .setLocale(language)
                .setTimezoneId("Europe/Berlin")
                .setViewportSize(width, width < 600 ? 1560 : 1190)
                .setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT))) {
            Page page = context.newPage();
            page.navigate(client.simulator.baseUrl() + path);
            page.waitForSelector("#live.on");
            page.screenshot(new Page.ScreenshotOptions()
                    .setFullPage(whole)
                    .setAnimations(ScreenshotAnimations.DISABLED)
                    .setPath(to));
        }
    }
}
