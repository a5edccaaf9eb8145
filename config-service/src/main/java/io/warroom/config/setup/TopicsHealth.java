package io.warroom.config.setup;

import io.warroom.topic.Topic;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Lists the topics of which one broker's loss can lose an acknowledged record: three replicas or more, and one that must have it. Never
 * DOWN, as records are still taken; logged too. Asks the broker once a minute at most. Safe for concurrent use.
 */
public final class TopicsHealth implements HealthIndicator, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TopicsHealth.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofMinutes(1);
    private static final String MIN_INSYNC = "min.insync.replicas";

    private final Admin admin;
    private final List<String> topics;
    private final Clock clock;
    private @Nullable Health last;
    private Instant lastAsked = Instant.MIN;
    private List<String> reported = List.of();

    /** @param properties an admin client's */
    public TopicsHealth(Map<String, Object> properties, String topicPrefix, Clock clock) {
        var bounded = new HashMap<>(properties);
        bounded.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        bounded.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        this.admin = Admin.create(bounded);
        this.topics =
                Stream.of(Topic.values()).map(topic -> topic.name(topicPrefix)).toList();
        this.clock = clock;
    }

    @Override
    public synchronized Health health() {
        var now = clock.instant();
        if (last == null || !now.isBefore(lastAsked.plus(FRESH))) {
            lastAsked = now;
            last = ask();
        }
        return last;
    }

    private Health ask() {
        try {
            var descriptions = admin.describeTopics(topics).allTopicNames();
            var configs = admin.describeConfigs(topics.stream()
                            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                            .toList())
                    .all();
            var atRisk = atRisk(descriptions, configs);
            if (!atRisk.isEmpty() && !atRisk.equals(reported)) {
                log.atWarn()
                        .addKeyValue("topics", atRisk)
                        .log("One broker's loss can lose acknowledged records of these topics; run --setup");
            }
            reported = atRisk;
            return Health.up().withDetail("atRisk", atRisk).build();
        } catch (ExecutionException e) {
            // A broker that does not answer is shown by the listeners.
            return Health.up()
                    .withDetail(
                            "unknown",
                            Objects.requireNonNullElse(e.getCause(), e)
                                    .getClass()
                                    .getSimpleName())
                    .build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Health.up()
                    .withDetail("unknown", e.getClass().getSimpleName())
                    .build();
        }
    }

    private static List<String> atRisk(
            KafkaFuture<Map<String, TopicDescription>> descriptions, KafkaFuture<Map<ConfigResource, Config>> configs)
            throws ExecutionException, InterruptedException {
        var atRisk = new ArrayList<String>();
        var settings = configs.get();
        descriptions.get().values().forEach(topic -> {
            var config = settings.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
            var entry = config == null ? null : config.get(MIN_INSYNC);
            boolean many = topic.partitions().stream()
                    .anyMatch(partition -> partition.replicas().size() > Topic.MIN_INSYNC_REPLICAS);
            if (many && entry != null && Integer.parseInt(entry.value()) < Topic.MIN_INSYNC_REPLICAS) {
                atRisk.add(topic.name() + ": " + MIN_INSYNC + " is " + entry.value());
            }
        });
        atRisk.sort(null);
        return List.copyOf(atRisk);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
