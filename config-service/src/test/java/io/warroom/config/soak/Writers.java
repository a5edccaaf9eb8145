package io.warroom.config.soak;

import io.warroom.config.testing.Instance;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Callers of the API that change apps picked at random, all of them the same apps. Each writer is one thread's. */
final class Writers {

    private static final String[] PLATFORMS = {"LARK", "WECOM", "DINGTALK"};
    private static final int STALE_PERCENT = 3;

    private final Instances instances;
    private final int apps;
    private final int wanted;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Tally answers = new Tally();
    private final Queue<Accepted> changes = new ConcurrentLinkedQueue<>();
    /** What was last heard of an app, which may be old. */
    private final Map<String, Boolean> enabled = new ConcurrentHashMap<>();

    /**
     * A change that was answered as done.
     *
     * @param action as the audit names it
     * @param revision 0 when the answer does not tell
     */
    record Accepted(String app, String action, long revision) {}

    private record Request(String action, String method, String path, String body) {}

    Writers(Instances instances, int apps, int wanted) {
        this.instances = instances;
        this.apps = apps;
        this.wanted = wanted;
    }

    /** Changes apps until so many changes are accepted, by all writers together. */
    void writeUntilEnough(long seed) throws InterruptedException {
        var random = new Random(seed);
        while (accepted.get() < wanted) {
            int number = random.nextInt(apps);
            var platform = PLATFORMS[number % PLATFORMS.length];
            var app = "soak-" + number / PLATFORMS.length + "/" + platform;
            var request = request(app, platform, random);
            boolean stale = random.nextInt(100) < STALE_PERCENT;
            try {
                var answer = instances
                        .any(random)
                        .send(
                                request.method(),
                                "/api/v1" + request.path(),
                                request.body(),
                                "Authorization",
                                Instance.asOperator(),
                                "If-Match",
                                stale ? "\"0\"" : "*");
                take(app, request, answer);
            } catch (IOException _) {
                // Nobody knows whether it was done: the judge asks the database.
                answers.count("no answer");
            }
        }
    }

    private Request request(String app, String platform, Random random) {
        var path = "/tenants/" + app.replace("/", "/mobile-apps/");
        int dice = random.nextInt(100);
        if (!enabled.getOrDefault(app, false)) {
            return new Request("app.enabled", "PUT", path + "?verify=false", body(platform, random));
        }
        if (dice < 45) {
            return new Request("app.key-changed", "PUT", path + "/key?verify=false", body(platform, random));
        }
        return dice < 90
                ? new Request("app.activated", "POST", path + "/activate", "")
                : new Request("app.deleted", "DELETE", path, "");
    }

    private static String body(String platform, Random random) {
        var secret = Long.toHexString(random.nextLong());
        return switch (platform) {
            case "LARK" -> "{\"appId\":\"cli_1\",\"appSecret\":\"%s\"}".formatted(secret);
            case "WECOM" ->
                "{\"enterpriseId\":\"ww1\",\"enterpriseKey\":\"%s\",\"addressBookKey\":\"k2\",\"serviceId\":1}"
                        .formatted(secret);
            case "DINGTALK" -> """
                    {"clientId":"ding1","clientSecret":"%s","groupTemplateId":"t1","robotId":"r1","serviceId":7}""".formatted(secret);
            default -> throw new IllegalArgumentException(platform);
        };
    }

    private void take(String app, Request request, HttpResponse<String> answer) {
        int status = answer.statusCode();
        if (status < 300) {
            enabled.put(app, !request.action().equals("app.deleted"));
            var tag = answer.headers().firstValue("ETag").orElse("\"0\"");
            changes.add(new Accepted(app, request.action(), Long.parseLong(tag.substring(1, tag.length() - 1))));
            answers.count(request.action());
            accepted.incrementAndGet();
            return;
        }
        var code = answer.body().replaceAll("(?s).*\"code\":\"([^\"]+)\".*", "$1");
        switch (code) {
            case "already-enabled" -> enabled.put(app, true);
            case "not-enabled" -> enabled.put(app, false);
            case "stale", "changed-meanwhile", "database-unavailable", "database-lost" -> {
                // Nothing was changed, or nobody knows.
            }
            default -> throw new AssertionError(status + " " + answer.body());
        }
        answers.count(status + " " + code);
    }

    int accepted() {
        return accepted.get();
    }

    Tally answers() {
        return answers;
    }

    Queue<Accepted> changes() {
        return changes;
    }
}
