package io.warroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances on one database. */
class InstancesIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String APPS = "/tenants/%s/mobile-apps/LARK";
    /** The app is made up: no platform is asked. */
    private static final String UNCHECKED = "?verify=false";

    private static final String BODY = "{\"appId\":\"cli_1\",\"appSecret\":\"s3cret\"}";

    @TempDir
    Path folder;

    private Deployment deployment;
    private Instance one;
    private Instance two;

    @BeforeEach
    void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        one = deployment.start();
        two = deployment.start();
    }

    @AfterEach
    void stop() {
        deployment.close();
    }

    @Test
    void concurrentWritersOfOneAppAreInOneOrderAndTheLastOnTheTopicIsTheDatabases() throws Exception {
        assertThat(one.send("PUT", APPS.formatted("busy") + UNCHECKED, BODY).statusCode())
                .isEqualTo(201);

        int changes = 60;
        var statuses = inParallel(changes, i -> {
            var instance = i % 2 == 0 ? one : two;
            return i % 3 == 0
                    ? instance.send("PUT", APPS.formatted("busy") + "/key" + UNCHECKED, BODY)
                            .statusCode()
                    : instance.send("POST", APPS.formatted("busy") + "/activate", "")
                            .statusCode();
        });

        assertThat(statuses).containsOnly(200);
        awaitNothingWaits(one);
        var enabled = deployment.changes(Topic.APP_ENABLED, "busy/LARK");
        var rotated = deployment.changes(Topic.KEY_ROTATED, "busy/LARK");
        assertThat(Stream.concat(enabled.stream(), rotated.stream()).sorted())
                .as("every revision once")
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, changes + 1).boxed().toList());
        assertThat(enabled).isSorted();
        assertThat(rotated).isSorted();
        var last = Stream.of(Topic.APP_ENABLED, Topic.KEY_ROTATED)
                .map(topic -> deployment.revisions(topic, "busy/LARK").getLast())
                .max(Long::compare)
                .orElseThrow();
        assertThat(one.send("GET", "/tenants/busy/mobile-apps", "").body()).contains("\"revision\":" + last);
    }

    @Test
    void ofConcurrentChangesThatReadTheSameRevisionOneWins() throws Exception {
        var made = one.send("PUT", APPS.formatted("edited") + UNCHECKED, BODY);
        assertThat(made.statusCode()).isEqualTo(201);
        var read = made.headers().firstValue("ETag").orElseThrow();

        var statuses = inParallel(
                8,
                i -> (i % 2 == 0 ? one : two)
                        .send("PUT", APPS.formatted("edited") + "/key" + UNCHECKED, BODY, "If-Match", read)
                        .statusCode());

        assertThat(statuses).containsOnlyOnce(200);
        assertThat(statuses.stream().filter(status -> status == 412)).hasSize(7);
        // The fence: behind it, no refused change can be on its way.
        assertThat(one.send("PUT", APPS.formatted("edited") + "/key" + UNCHECKED, BODY)
                        .statusCode())
                .isEqualTo(200);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(deployment.changes(Topic.KEY_ROTATED, "edited/LARK"))
                        .containsExactly(2L, 3L));
    }

    @Test
    void whenTheActiveInstanceStopsTheOtherTakesOverAndNothingIsLost() throws Exception {
        awaitOneActive();
        var active = isActive(one) ? one : two;
        var standby = active == one ? two : one;
        writeWhile(standby, "stopped", active::close);

        await().atMost(SOON).untilAsserted(() -> assertThat(isActive(standby)).isTrue());
        assertEveryRevisionIsThere(standby, "stopped");
    }

    @Test
    void whenTheActiveInstanceLosesItsSessionNothingIsLost() throws Exception {
        awaitOneActive();
        writeWhile(
                one,
                "cut",
                () -> assertThat(deployment.endRelaySession())
                        .as("sessions of the active relay")
                        .isEqualTo(1));

        assertEveryRevisionIsThere(one, "cut");
        awaitOneActive();
    }

    private static final int TENANTS = 4;
    private static final int REVISIONS = 40;

    /** Four apps, forty revisions each, with the event in their midst. */
    private static void writeWhile(Instance writer, String name, Runnable event) throws Exception {
        for (int revision = 1; revision <= REVISIONS; revision++) {
            if (revision == REVISIONS / 2) {
                event.run();
            }
            for (int tenant = 0; tenant < TENANTS; tenant++) {
                var app = APPS.formatted(name + tenant);
                var answer = revision == 1
                        ? writer.send("PUT", app + UNCHECKED, BODY)
                        : writer.send("POST", app + "/activate", "");
                assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
            }
        }
    }

    private void assertEveryRevisionIsThere(Instance instance, String name) {
        awaitNothingWaits(instance);
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            var revisions = deployment.changes(Topic.APP_ENABLED, name + tenant + "/LARK");
            // Twice is allowed, out of order and not at all are not.
            assertThat(revisions).isSorted();
            assertThat(revisions.stream().distinct())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, REVISIONS).boxed().toList());
        }
    }

    private static void awaitNothingWaits(Instance instance) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(instance.health("").body()).contains("\"waiting\":0"));
    }

    private void awaitOneActive() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(isActive(one) ^ isActive(two))
                        .as("one of the two is active")
                        .isTrue());
    }

    private static boolean isActive(Instance instance) throws Exception {
        return instance.health("").body().contains("\"relay\":\"ACTIVE\"");
    }

    private interface Numbered {
        int call(int number) throws Exception;
    }

    /** 503 says that nothing was changed and that the caller may repeat: a busy machine has no connection for everyone. */
    private static int untilThereIsAConnection(Numbered task, int number) throws Exception {
        int status = task.call(number);
        for (int repeats = 0; status == 503 && repeats < 20; repeats++) {
            status = task.call(number);
        }
        return status;
    }

    private static List<Integer> inParallel(int times, Numbered task) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < times; i++) {
                int number = i;
                tasks.add(() -> untilThereIsAConnection(task, number));
            }
            var results = new ArrayList<Integer>();
            for (Future<Integer> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
