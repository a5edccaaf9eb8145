package io.warroom.e2e.faults;

import io.warroom.e2e.Product;
import io.warroom.e2e.SampleTenants;
import io.warroom.event.ChatChoice;
import io.warroom.event.IncidentDeclared;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The tenant that asks for too much of everything: WeCom works, DingTalk hangs, and Lark has no app. */
final class GreedyTenant {

    private static final String ID = "greedy";
    private static final int CLIENTS = 4;
    private static final int CONSOLES = 20;
    /** Where the service refuses to go on, the attack ends. */
    private static final Duration MAX_TIME = Duration.ofMinutes(15);

    private final Product product;
    private final double scale;
    private final HttpClient http = HttpClient.newHttpClient();

    GreedyTenant(Product product, double scale) {
        this.product = product;
        this.scale = scale;
    }

    private static JsonNode on(String platform) {
        var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
        tenant.put("tenantId", ID);
        tenant.put("platform", platform);
        return tenant;
    }

    void enable() throws IOException, InterruptedException {
        SampleTenants.enable(product, on("DINGTALK"));
        SampleTenants.enable(product, on("WECOM"));
    }

    /** Begins all of it. */
    Attack attack() throws IOException, InterruptedException {
        product.faults(List.of(Map.of(
                "tenant",
                ID,
                "endpoint",
                "v1.0/im/sceneGroup/create",
                "kind",
                "HANG",
                "millis",
                20_000,
                "times",
                1_000_000)));
        return new Attack();
    }

    private int scaled(int count) {
        return (int) Math.max(1, Math.round(count * scale));
    }

    /** All that goes on at once; close it. */
    final class Attack implements AutoCloseable {

        private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        private final List<Future<?>> parts = new ArrayList<>();
        private final List<Dashboard> consoles = new ArrayList<>();
        private final AtomicInteger refused = new AtomicInteger();
        private final long end = System.nanoTime() + MAX_TIME.toNanos();
        private final Counter declarations = new Counter("declarations of 950 KB", scaled(2_500));
        private final Counter updates = new Counter("updates of 1,000 people", scaled(1_000));
        private final Counter waiting = new Counter("incidents without an app", scaled(100_000));
        private final Counter repeats = new Counter("declarations of one incident", scaled(5_000));
        private final Counter keys = new Counter("wrong keys", scaled(200));

        Attack() {
            for (int i = 0; i < CONSOLES; i++) {
                consoles.add(new Dashboard(product, ID, "checkout", item -> {}));
            }
            var large = declarations.all(
                    i -> post("POST", "/incidents", incident("large-" + i, "WECOM", people("p", true))));
            var many = clients.submit(() -> {
                post("POST", "/incidents", incident("updated", "WECOM", contacts()));
                updates.run(i -> post(
                        "PATCH",
                        "/incidents/updated",
                        "{\"note\": \"update %d\", \"addedResponders\": [%s]}".formatted(i, people("u" + i, false))));
                return null;
            });
            parts.add(many);
            parts.addAll(large);
            parts.add(clients.submit(() -> {
                produce();
                return null;
            }));
            parts.add(clients.submit(() -> {
                // Wrong keys end what works, so they come last.
                for (var one : large) {
                    one.get();
                }
                many.get();
                keys.run(i -> {
                    var wrong = SampleTenants.parameters(ID, "WECOM");
                    wrong.put("endpoint", product.platformsUrl() + "/" + "WECOM".toLowerCase(Locale.ROOT));
                    return post("PUT", "/mobile-apps/WECOM/key?verify=false", Product.JSON.writeValueAsString(wrong))
                            && post("POST", "/incidents", incident("key-" + i, "WECOM", contacts()));
                });
                return null;
            }));
        }

        private void produce() {
            try (var producer = Stage.producer(product.brokers())) {
                repeats.run(i -> {
                    var incident = Stage.incident(on("DINGTALK"), "repeated");
                    var _ = producer.send(new ProducerRecord<>(
                            product.topic(Topic.INCIDENT_DECLARED),
                            ID,
                            IncidentDeclared.newBuilder(incident)
                                    .setChat(ChatChoice.DINGTALK)
                                    .build()));
                    return true;
                });
                waiting.run(i -> {
                    var incident = Stage.incident(on("LARK"), "waiting-" + i);
                    var _ = producer.send(new ProducerRecord<>(
                            product.topic(Topic.INCIDENT_DECLARED),
                            ID,
                            IncidentDeclared.newBuilder(incident)
                                    .setChat(ChatChoice.LARK)
                                    .build()));
                    return true;
                });
            }
        }

        boolean isOver() {
            return parts.stream().allMatch(Future::isDone);
        }

        List<String> describe() {
            var lines = new ArrayList<String>();
            for (var counter : List.of(declarations, updates, waiting, repeats, keys)) {
                lines.add(counter.toString());
            }
            lines.add("%,d requests were answered with 429 or 503".formatted(refused.get()));
            lines.add("%d consoles read %,d lists, and were refused %,d"
                    .formatted(
                            consoles.size(),
                            consoles.stream().mapToInt(Dashboard::lists).sum(),
                            consoles.stream().mapToInt(Dashboard::refused).sum()));
            return lines;
        }

        /** Sends until it is accepted, as often as the service allows; false when it is not accepted at all. */
        private boolean post(String method, String path, String body) {
            try {
                while (System.nanoTime() < end) {
                    var answer = http.send(
                            product.request(method, "/tenants/" + ID + path, body)
                                    .build(),
                            BodyHandlers.ofString());
                    if (answer.statusCode() != 429 && answer.statusCode() != 503) {
                        return answer.statusCode() < 300;
                    }
                    refused.incrementAndGet();
                    Thread.sleep(Duration.ofSeconds(
                            answer.headers().firstValueAsLong("Retry-After").orElse(1)));
                }
            } catch (IOException e) {
                refused.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }

        /** So many of one thing, and how many were accepted. */
        private final class Counter {
            private final String what;
            private final int count;
            private final AtomicInteger begun = new AtomicInteger();
            private final AtomicInteger accepted = new AtomicInteger();
            private volatile @Nullable Duration took;

            Counter(String what, int count) {
                this.what = what;
                this.count = count;
            }

            void run(IntFunction<Boolean> one) {
                long from = System.nanoTime();
                for (int i = begun.getAndIncrement();
                        i < count && System.nanoTime() < end;
                        i = begun.getAndIncrement()) {
                    if (one.apply(i)) {
                        accepted.incrementAndGet();
                    }
                }
                took = Duration.ofNanos(System.nanoTime() - from);
            }

            List<Future<?>> all(IntFunction<Boolean> one) {
                var clientsOfIt = new ArrayList<Future<?>>();
                for (int i = 0; i < CLIENTS; i++) {
                    clientsOfIt.add(clients.submit(() -> run(one)));
                }
                return clientsOfIt;
            }

            @Override
            public String toString() {
                var time = took;
                return "%,d of %,d %s were accepted%s"
                        .formatted(
                                accepted.get(),
                                count,
                                what,
                                time == null ? ", and it was not done" : " in " + time.toSeconds() + " s");
            }
        }

        @Override
        public void close() {
            consoles.forEach(Dashboard::close);
            clients.shutdownNow();
            try {
                if (!clients.awaitTermination(1, TimeUnit.MINUTES)) {
                    throw new IllegalStateException("the greedy tenant does not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            http.shutdownNow();
        }
    }

    private static String incident(String id, String chat, String people) {
        return """
                {"incidentId": "%s", "title": "checkout is down", "severity": "P1", "chat": "%s", "responders": [%s]}""".formatted(id, chat, people);
    }

    /** A thousand people with the longest names, whom no platform knows; some 900 bytes each. */
    private static String people(String prefix, boolean commander) {
        String name = "\u8d23".repeat(255);
        String pad = "x".repeat(100);
        var people = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            people.append(i == 0 ? "" : ",")
                    .append("{\"personId\":\"")
                    .append(prefix)
                    .append('-')
                    .append(i)
                    .append(pad)
                    .append("\",\"name\":\"")
                    .append(name)
                    .append("\",\"role\":\"")
                    .append(i == 0 && commander ? "COMMANDER" : "RESPONDER")
                    .append("\"}");
        }
        return people.toString();
    }

    private static String contacts() {
        var people = new ArrayList<String>();
        for (JsonNode person : on("WECOM").path("people")) {
            if (people.size() < 3) {
                people.add("{\"personId\": %s, \"name\": %s, \"mobile\": %s, \"role\": \"RESPONDER\"}"
                        .formatted(person.path("personId"), person.path("name"), person.path("mobile")));
            }
        }
        return String.join(", ", people);
    }
}
