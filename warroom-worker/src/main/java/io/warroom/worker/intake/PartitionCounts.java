package io.warroom.worker.intake;

import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Whether the topics of incidents and rooms still have as many partitions as when the worker started, and all the same number. A
 * tenant's home is a partition's number: when they differ, what is known of its incidents is elsewhere than they come. Asks the
 * broker in the background, when somebody asks this; never blocks. Thread-safe.
 */
public final class PartitionCounts implements HealthIndicator {

    private static final Duration ASK_EVERY = Duration.ofSeconds(30);

    private final Supplier<Admin> admin;
    private final List<String> topics;
    private final LongSupplier nanoTime;
    private final Map<String, Integer> first = new ConcurrentHashMap<>();
    private final Map<String, Integer> now = new ConcurrentHashMap<>();
    private final AtomicLong askedNanos;

    /** Asks nothing yet. */
    public PartitionCounts(Supplier<Admin> admin, String topicPrefix) {
        this(admin, topicPrefix, System::nanoTime);
    }

    PartitionCounts(Supplier<Admin> admin, String topicPrefix, LongSupplier nanoTime) {
        this.admin = admin;
        this.topics = Arrays.stream(Topic.values())
                .filter(topic -> switch (topic.key()) {
                    case TENANT, TENANT_INCIDENT, AS_RECEIVED -> true;
                    case TENANT_PLATFORM, TENANT_PLATFORM_PERSON -> false;
                })
                .map(topic -> topic.name(topicPrefix))
                .toList();
        this.nanoTime = nanoTime;
        this.askedNanos = new AtomicLong(nanoTime.getAsLong() - ASK_EVERY.toNanos());
    }

    @Override
    public Health health() {
        askAgain();
        var counts = new TreeMap<>(now);
        if (counts.isEmpty()) {
            return Health.unknown()
                    .withDetail("partitions", "the broker has not told yet")
                    .build();
        }
        if (counts.values().stream().distinct().count() > 1) {
            return Health.down()
                    .withDetail(
                            "partitions",
                            "topics of incidents and rooms must have the same number of partitions, and have " + counts)
                    .build();
        }
        var before = new TreeMap<>(first);
        if (!counts.equals(before)) {
            return Health.down()
                    .withDetail(
                            "partitions",
                            "partitions were added since this worker started, so tenants have other homes than their"
                                    + " rooms and waiting incidents; there were " + before + ", there are " + counts)
                    .build();
        }
        return Health.up().build();
    }

    private void askAgain() {
        long asked = askedNanos.get();
        long current = nanoTime.getAsLong();
        if (current - asked < ASK_EVERY.toNanos() || !askedNanos.compareAndSet(asked, current)) {
            return;
        }
        var options = new DescribeTopicsOptions().timeoutMs((int) ASK_EVERY.toMillis());
        // A topic that is not there, or a broker that does not answer, leaves what was known.
        admin.get().describeTopics(topics, options).topicNameValues().forEach((topic, description) -> {
            var _ = description.whenComplete((told, failure) -> {
                if (told != null) {
                    int partitions = told.partitions().size();
                    first.putIfAbsent(topic, partitions);
                    now.put(topic, partitions);
                }
            });
        });
    }
}
