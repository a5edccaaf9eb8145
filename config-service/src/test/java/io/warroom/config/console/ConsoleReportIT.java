package io.warroom.config.console;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.warroom.config.http.TenantId;
import io.warroom.config.room.RoomBoard;
import io.warroom.config.testing.Instance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures the pages with 10,000 war rooms (weight, and the time from a request to the last byte of its answer), and has axe-core
 * look at each one. Writes both as tables between the marks of the file that it is given. Weights and axe's findings are judged,
 * times depend on the machine and are told.
 */
@EnabledIfSystemProperty(
        named = "warroom.console.report",
        matches = ".+",
        disabledReason = "the report is written when asked: -Dwarroom.console.report=../docs/console.md")
class ConsoleReportIT {

    private static final int ROOMS = 10_000;
    private static final int WARM_UP = 60;
    private static final int MEASURED = 200;
    private static final int MOST_BYTES = 100_000;
    private static final List<String> MEASURED_PAGES = List.of(
            "war-rooms",
            "war-rooms?state=FAILED",
            "war-rooms?q=checkout+77",
            "war-room?incident=INC-77",
            "mobile-apps",
            "people",
            "audit");
    private static final Pattern FILE = Pattern.compile("(?:href|src)=\"(/(?:assets|webjars)/[^\"]+)\"");
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final HttpClient http =
            HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    @Test
    void theReportIsWritten() throws Exception {
        assumeTrue(Browsers.chromium().isPresent(), Browsers.NONE);
        var report = Path.of(System.getProperty("warroom.console.report"));
        try (var stage = new ConsoleStage(folder);
                var browsers = new Browsers()) {
            stage.showcase("acme");
            await().atMost(Duration.ofSeconds(60)).until(() -> rooms(stage) == 3);
            var axe = looks(stage, browsers);
            multiply(stage);
            var costs = costs(stage);
            var text = Files.readString(report);
            text = between(text, "costs", costs);
            Files.writeString(report, between(text, "axe", axe));
        }
    }

    private String costs(ConsoleStage stage) throws Exception {
        signIn(stage);
        var table = new StringBuilder("""
                | page | HTML | compressed | first visit, compressed | p50 | p95 | slowest |
                |---|---:|---:|---:|---:|---:|---:|
                """);
        for (var path : MEASURED_PAGES) {
            var address = "/console/tenants/acme/" + path;
            for (int i = 0; i < WARM_UP; i++) {
                get(stage, address, true);
            }
            var millis = new ArrayList<Double>();
            for (int i = 0; i < MEASURED; i++) {
                long begin = System.nanoTime();
                assertThat(get(stage, address, true).statusCode()).isEqualTo(200);
                millis.add((System.nanoTime() - begin) / 1e6);
            }
            Collections.sort(millis);
            var html = new String(get(stage, address, false).body(), StandardCharsets.UTF_8);
            int compressed = get(stage, address, true).body().length;
            int first = compressed;
            for (var file : FILE.matcher(html)
                    .results()
                    .map(found -> found.group(1))
                    .distinct()
                    .toList()) {
                first += get(stage, file, true).body().length;
            }
            assertThat(html.getBytes(StandardCharsets.UTF_8).length).as(path).isLessThan(MOST_BYTES);
            assertThat(first).as("%s with its files", path).isLessThan(MOST_BYTES);
            table.append("| `%s` | %s | %s | %s | %.0f ms | %.0f ms | %.0f ms |%n"
                    .formatted(
                            path,
                            kilobytes(html.getBytes(StandardCharsets.UTF_8).length),
                            kilobytes(compressed),
                            kilobytes(first),
                            millis.get(MEASURED / 2),
                            millis.get(MEASURED * 95 / 100 - 1),
                            millis.getLast()));
        }
        var system = ManagementFactory.getOperatingSystemMXBean();
        return table
                + String.format(
                        Locale.ROOT,
                        "%nOf %,d rooms, %d requests a page, one after the other, over loopback; %d cores, load average %.1f at the end.%n",
                        ROOMS,
                        MEASURED,
                        system.getAvailableProcessors(),
                        system.getSystemLoadAverage());
    }

    private static String looks(ConsoleStage stage, Browsers browsers) throws Exception {
        var table = new StringBuilder("""
                | page | rules passed | minor or moderate | serious or critical | layout shift |
                |---|---:|---:|---:|---:|
                """);
        var rows = new ArrayList<List<Looks>>();
        var names = new ArrayList<>(List.of("/login", "/console"));
        names.addAll(ConsoleStage.PAGES);
        names.forEach(name -> rows.add(new ArrayList<>()));
        for (int width : List.of(1280, 390)) {
            for (boolean dark : List.of(false, true)) {
                try (var visit = Visit.to(stage, browsers, Visit.options(width, dark, "en"))) {
                    visit.go("/login");
                    rows.get(0).add(Looks.of(visit.page));
                    visit.asOperator();
                    rows.get(1).add(Looks.of(visit.page));
                    for (int i = 2; i < names.size(); i++) {
                        visit.open("acme", names.get(i));
                        rows.get(i).add(Looks.of(visit.page));
                    }
                }
            }
        }
        for (int i = 0; i < names.size(); i++) {
            var looks = rows.get(i);
            assertThat(looks).allSatisfy(look -> assertThat(look.faults()).isEmpty());
            table.append(String.format(
                    Locale.ROOT,
                    "| `%s` | %d | %s | %d | %.3f |%n",
                    names.get(i),
                    looks.stream().mapToInt(Looks::passed).min().orElseThrow(),
                    looks.stream()
                            .flatMap(look -> look.lesser().stream())
                            .distinct()
                            .sorted()
                            .collect(Collectors.collectingAndThen(
                                    Collectors.joining(", "), rules -> rules.isEmpty() ? "none" : rules)),
                    looks.stream().mapToInt(Looks::serious).max().orElseThrow(),
                    looks.stream().mapToDouble(Looks::shift).max().orElseThrow()));
        }
        return table + "\nEach at 1280 and 390 pixels, light and dark: the worst of the four.\n";
    }

    /** Every room many times over, a minute apart, under other ids. */
    private static void multiply(ConsoleStage stage) {
        var jdbi = stage.service.part(Jdbi.class);
        jdbi.useHandle(handle -> {
            handle.createUpdate("""
                            INSERT INTO war_room (tenant_id, incident_id, facts, state, platform, severity, region, declared_at,
                                   search_text, item, change, heard_at)
                            SELECT tenant_id, 'INC-' || (g * 3 + row_number() OVER (PARTITION BY g ORDER BY incident_id)), facts,
                                   state, platform, severity, region, declared_at - g * interval '1 minute',
                                   search_text || ' checkout ' || g,
                                   replace(item::text, '"' || incident_id || '"', '"INC-' || (g * 3
                                           + row_number() OVER (PARTITION BY g ORDER BY incident_id)) || '"')::json,
                                   change, heard_at
                              FROM war_room, generate_series(1, :times) g
                             WHERE tenant_id = 'acme'""").bind("times", ROOMS / 3).execute();
            // As the database does by itself within a minute.
            handle.execute("VACUUM (ANALYZE) war_room");
        });
        assertThat(rooms(stage)).isBetween((long) ROOMS, ROOMS + 3L);
    }

    private static long rooms(ConsoleStage stage) {
        return requireNonNull(stage.service
                        .part(RoomBoard.class)
                        .page(new TenantId("acme"), Map.of())
                        .totals())
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    private void signIn(ConsoleStage stage) throws Exception {
        var page = TOKEN.matcher(new String(get(stage, "/login", false).body(), StandardCharsets.UTF_8));
        assertThat(page.find()).isTrue();
        var answer = http.send(
                HttpRequest.newBuilder(URI.create(stage.url() + "/login"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString("username=operator&password=" + Instance.OPERATOR_PASSWORD
                                + "&_csrf=" + URLEncoder.encode(page.group(1), StandardCharsets.UTF_8)))
                        .build(),
                BodyHandlers.discarding());
        assertThat(answer.headers().firstValue("Location")).hasValue("/console");
    }

    private HttpResponse<byte[]> get(ConsoleStage stage, String path, boolean compressed)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(stage.url() + path))
                        .header("Accept", "text/html,*/*;q=0.8")
                        .header("Accept-Encoding", compressed ? "gzip" : "identity")
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private static String kilobytes(int bytes) {
        return String.format(Locale.ROOT, "%.1f KB", bytes / 1000.0);
    }

    private static String between(String text, String mark, String table) {
        var begin = "<!-- " + mark + ": written by ConsoleReportIT -->\n";
        var end = "<!-- end of " + mark + " -->";
        assertThat(text).contains(begin, end);
        return text.substring(0, text.indexOf(begin) + begin.length()) + "\n" + table.strip() + "\n\n"
                + text.substring(text.indexOf(end));
    }
}
