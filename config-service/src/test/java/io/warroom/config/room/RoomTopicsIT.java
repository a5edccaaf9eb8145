package io.warroom.config.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.Instance;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A topic that is deleted and made anew under its name begins with lower offsets than what was heard of it. */
class RoomTopicsIT {

    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    @Test
    void aTopicThatWasMadeAnewIsReadFromItsBeginningAndCountsMoreThanWhatWasHeardBefore() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            var one = deployment.start();
            var two = deployment.start();
            for (int i = 0; i < 5; i++) {
                assertThat(declare(one, "INC-1", "old " + i)).isEqualTo(202);
            }
            awaitTitle(one, "INC-1", "old 4");

            makeAnew(deployment, Topic.INCIDENT_DECLARED);
            await().atMost(SOON).until(() -> declare(one, "INC-1", "new") == 202);
            assertThat(declare(one, "INC-2", "another")).isEqualTo(202);
            one.part(RoomTopicsWatch.class).look();
            two.part(RoomTopicsWatch.class).look();

            awaitTitle(two, "INC-1", "new");
            awaitTitle(two, "INC-2", "another");
            // A fence: what is said on a topic that stayed is heard as before.
            assertThat(one.send("PATCH", "/tenants/acme/incidents/INC-1", "{\"title\":\"updated\"}")
                            .statusCode())
                    .isEqualTo(202);
            awaitTitle(two, "INC-1", "updated");
            assertThat(one.part(RoomListener.class)
                            .isBehind(one.part(TopicEras.class).now()))
                    .isFalse();
        }
    }

    @Test
    void aTopicThatWasMadeAnewWhileNobodyRanIsReadFromItsBeginning() throws Exception {
        try (var deployment = Deployment.inFolder(folder)) {
            try (var before = deployment.start()) {
                for (int i = 0; i < 5; i++) {
                    assertThat(declare(before, "INC-1", "old " + i)).isEqualTo(202);
                }
                awaitTitle(before, "INC-1", "old 4");
            }
            makeAnew(deployment, Topic.INCIDENT_DECLARED);

            var after = deployment.start();
            await().atMost(SOON).until(() -> declare(after, "INC-1", "new") == 202);

            awaitTitle(after, "INC-1", "new");
        }
    }

    private static void makeAnew(Deployment deployment, Topic topic) throws Exception {
        var name = topic.name(deployment.prefix());
        try (var admin = Admin.create(Map.of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            admin.deleteTopics(List.of(name)).all().get();
            await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(name));
        }
        deployment.setUp();
    }

    private static int declare(Instance service, String incident, String title) throws Exception {
        return service.send("POST", "/tenants/acme/incidents", """
                {"incidentId":"%s","title":"%s","severity":"P1"}""".formatted(incident, title))
                .statusCode();
    }

    private static void awaitTitle(Instance service, String incident, String title) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(service.send("GET", "/tenants/acme/war-rooms/" + incident, "")
                                .body())
                        .contains("\"title\":\"" + title + "\""));
    }
}
