package io.warroom.config.listening;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Tells an operator whether what is read from topics is up to date: how many records each group is behind, whichever instance should
 * read them, and since when it has taken none of those that wait. Down when that lasts; part of health alone, not of readiness or
 * liveness: another start would read no better, and changes and incidents are taken all the same. Safe for concurrent use; asks the
 * broker at most every two seconds, however often it is asked.
 */
public final class ListenerHealth implements HealthIndicator, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Offsets offsets;
    private final List<Group> groups;
    private final Clock clock;
    private final Duration stalledAfter;
    private final Map<Group, Progress> progress = new HashMap<>();
    private @Nullable Health last;
    private Instant lastAsked = Instant.MIN;

    /**
     * A group and what it reads.
     *
     * @param name for the operator
     */
    public record Group(String name, String id, List<String> topics) {

        public Group {
            topics = List.copyOf(topics);
        }
    }

    /**
     * Where a group is.
     *
     * @param taken records, in all partitions together; never goes back while the topics stay
     * @param behind records that wait
     */
    record Position(long taken, long behind) {}

    /** Where groups are now. */
    interface Offsets extends AutoCloseable {

        Map<Group, Position> of(List<Group> groups) throws ExecutionException, InterruptedException;

        @Override
        void close();
    }

    private record Progress(long taken, Instant since) {}

    ListenerHealth(Offsets offsets, Collection<Group> groups, Clock clock, Duration stalledAfter) {
        this.offsets = offsets;
        this.groups = List.copyOf(groups);
        this.clock = clock;
        this.stalledAfter = stalledAfter;
    }

    /**
     * Makes one that asks the broker.
     *
     * @param properties an admin client's
     * @param stalledAfter a group that takes nothing for so long, though something waits, is down
     */
    public static ListenerHealth asking(
            Map<String, Object> properties, Collection<Group> groups, Clock clock, Duration stalledAfter) {
        var impatient = new HashMap<>(properties);
        impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        return new ListenerHealth(new BrokerOffsets(Admin.create(impatient)), groups, clock, stalledAfter);
    }

    @Override
    public synchronized Health health() {
        var now = clock.instant();
        if (last == null || !now.isBefore(lastAsked.plus(FRESH))) {
            lastAsked = now;
            last = ask(now);
        }
        return last;
    }

    private Health ask(Instant now) {
        var health = new Health.Builder().up();
        Map<Group, Position> positions = Map.of();
        var trouble = "";
        try {
            positions = offsets.of(groups);
        } catch (ExecutionException e) {
            // The kind alone: nobody has checked what its text shows.
            trouble = Objects.requireNonNullElse(e.getCause(), e).getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = e.getClass().getSimpleName();
        }
        for (var group : groups) {
            var position = positions.get(group);
            var since = notSince(group, position, now);
            var details = new LinkedHashMap<String, Object>();
            details.put("behind", position == null ? "unknown: " + trouble : position.behind());
            if (since.isBefore(now)) {
                details.put("noProgressSince", since.toString());
            }
            health.withDetail(group.name(), details);
            if (since.plus(stalledAfter).isBefore(now)) {
                health.down();
            }
        }
        return health.build();
    }

    /** Since when the group has taken nothing of what waits; now, when nothing waits or it has taken something. */
    private Instant notSince(Group group, @Nullable Position position, Instant now) {
        var before = progress.get(group);
        if (position == null) {
            // Nobody knows, and if that lasts it is not read either.
            return progress.computeIfAbsent(group, _ -> new Progress(-1, now)).since();
        }
        var since =
                position.behind() > 0 && before != null && before.taken() == position.taken() ? before.since() : now;
        progress.put(group, new Progress(position.taken(), since));
        return since;
    }

    @Override
    public void close() {
        offsets.close();
    }

    /** As the broker has them. */
    private record BrokerOffsets(Admin admin) implements Offsets {

        @Override
        public Map<Group, Position> of(List<Group> groups) throws ExecutionException, InterruptedException {
            var topics = groups.stream()
                    .flatMap(group -> group.topics().stream())
                    .distinct()
                    .toList();
            var partitions = admin.describeTopics(topics).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream()
                            .map(partition -> new TopicPartition(topic.name(), partition.partition())))
                    .toList();
            var committed = admin.listConsumerGroupOffsets(groups.stream()
                            .collect(Collectors.toMap(Group::id, group -> new ListConsumerGroupOffsetsSpec())))
                    .all();
            var starts =
                    admin.listOffsets(of(partitions, OffsetSpec.earliest())).all();
            // As far as the listeners can read.
            var ends = admin.listOffsets(
                            of(partitions, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all();
            var positions = new HashMap<Group, Position>();
            for (var group : groups) {
                var own = partitions.stream().filter(partition -> group.topics().contains(partition.topic()));
                positions.put(
                        group,
                        position(own, committed.get().getOrDefault(group.id(), Map.of()), starts.get(), ends.get()));
            }
            return positions;
        }

        private static Map<TopicPartition, OffsetSpec> of(List<TopicPartition> partitions, OffsetSpec spec) {
            return partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> spec));
        }

        private static Position position(
                Stream<TopicPartition> partitions,
                Map<TopicPartition, OffsetAndMetadata> committed,
                Map<TopicPartition, ListOffsetsResultInfo> starts,
                Map<TopicPartition, ListOffsetsResultInfo> ends) {
            long taken = 0;
            long behind = 0;
            for (var partition : partitions.toList()) {
                long start = Objects.requireNonNull(starts.get(partition)).offset();
                long end = Objects.requireNonNull(ends.get(partition)).offset();
                var last = committed.get(partition);
                // What has aged away cannot be taken any more.
                long at = Math.max(start, last == null ? 0 : last.offset());
                taken += at;
                behind += Math.max(0, end - at);
            }
            return new Position(taken, behind);
        }

        @Override
        public void close() {
            admin.close(Duration.ZERO);
        }
    }
}
