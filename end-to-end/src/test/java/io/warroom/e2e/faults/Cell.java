package io.warroom.e2e.faults;

import static org.awaitility.Awaitility.await;

import io.warroom.e2e.Product;
import io.warroom.e2e.SampleTenants;
import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One fault under one protocol: what the fault declares and does, what may come of it, and then the judgement. Used by one
 * thread.
 */
final class Cell {

    /** How long anything may take on a busy machine; a tenth of a second more for each incident. */
    private static final Duration SOON = Duration.ofMinutes(2);

    /** The updates and resolutions of so many incidents come again at a run's end. */
    private static final int REPLAYED = 20;

    final Stage stage;
    final Product product;
    final Protocol protocol;
    final Random random;
    /** More of everything where there is time. */
    final boolean thorough;
    /** Their updates and resolutions. */
    final FollowUps followUps;

    private final String name;
    private final Set<String> incidents = new LinkedHashSet<>();
    private final Set<String> mayFail = new HashSet<>();
    private final Set<String> withoutApp = new HashSet<>();
    private final Map<Invariant, List<String>> violations = new EnumMap<>(Invariant.class);
    private final int rejectedBefore;
    private final long commitLooksBefore;
    private final long workerLooksBefore;
    private final long recordsBefore;
    private int mayBeRejected;
    private int declarations;

    Cell(Stage stage, Fault fault, Protocol protocol, long seed, boolean thorough) {
        this.stage = stage;
        this.product = stage.product;
        this.protocol = protocol;
        this.thorough = thorough;
        this.name = fault.id() + protocol.name().charAt(1) + Long.toString(System.nanoTime() & 0xfffff, 36);
        this.random = new Random(seed ^ fault.id().hashCode());
        this.followUps = new FollowUps(stage, name, thorough ? 6 : 10);
        this.rejectedBefore = stage.topics.rejected();
        this.commitLooksBefore = stage.commits.looks();
        this.workerLooksBefore = stage.workerWatch.looks();
        this.recordsBefore = stage.topics.records();
    }

    /** Declares so many incidents of all sample tenants in turn. */
    List<String> declare(int count) throws Exception {
        return declare(count, stage.tenants);
    }

    /** Declares so many incidents of these tenants in turn. */
    List<String> declare(int count, List<JsonNode> tenants) throws Exception {
        var keys = stage.declare(name + "-" + declarations++, count, tenants);
        incidents.addAll(keys);
        followUps.declared(keys, tenants);
        return keys;
    }

    /** A tenant of this fault alone, like one of the samples; nothing is enabled for it. */
    JsonNode newTenant(String platform) {
        var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
        tenant.put("tenantId", "t-" + name.toLowerCase(Locale.ROOT) + "-" + random.nextInt(100_000));
        tenant.put("platform", platform);
        return tenant;
    }

    JsonNode anyTenant() {
        return stage.tenants.get(random.nextInt(stage.tenants.size()));
    }

    /** One tenant of that platform, by chance. */
    JsonNode tenantOn(String platform) {
        var all = stage.tenants.stream()
                .filter(tenant -> tenant.path("platform").asString().equals(platform))
                .toList();
        return all.get(random.nextInt(all.size()));
    }

    /** These records are taken away before anybody can have read them. */
    void areLost(Collection<String> keys) {
        incidents.removeAll(keys);
        stage.topics.areLost(keys);
        followUps.forget(keys);
    }

    /** These may end in war-room-failed. */
    void mayFail(Collection<String> keys) {
        mayFail.addAll(keys);
    }

    /** This tenant's incidents may be told that there is no app. */
    void hasNoApp(JsonNode tenant) {
        withoutApp.add(tenant.path("tenantId").asString());
    }

    /** So many records may be rejected, and not one more. */
    void mayBeRejected(int count) {
        mayBeRejected += count;
    }

    /** What must hold in the middle of the fault. */
    void require(boolean holds, Invariant invariant, String words) {
        if (!holds) {
            violated(invariant, words);
        }
    }

    void violated(Invariant invariant, String words) {
        violations.computeIfAbsent(invariant, none -> new ArrayList<>()).add(words);
    }

    /** Waits until so many of the incidents have a result. */
    void awaitEnded(Collection<String> keys, int count) {
        awaitThat(() -> stage.topics.ended(keys) >= count, () -> stage.topics.state(keys));
    }

    /** Waits until every update that was sent is in its result, and what is to be resolved is closed. */
    void awaitFollowUps() {
        awaitThat(followUps::isDone, followUps::state);
    }

    /** The workers' group as the broker has it. */
    ConsumerGroupDescription group() throws Exception {
        return stage.admin
                .describeConsumerGroups(List.of(stage.group))
                .describedGroups()
                .values()
                .iterator()
                .next()
                .get();
    }

    /** Waits until every worker has partitions, no more move, and incidents of all tenants are opened. */
    void awaitShared() throws Exception {
        awaitThat(
                () -> {
                    var group = group();
                    return group.groupState() == GroupState.STABLE
                            && group.members().size() == stage.workers.size()
                            && group.members().stream()
                                    .noneMatch(member -> member.assignment()
                                            .topicPartitions()
                                            .isEmpty());
                },
                () -> "the workers do not share the partitions");
        var one = declare(stage.tenants.size());
        awaitEnded(one, one.size());
    }

    /** Waits for a condition; in vain throws with the words. */
    void awaitThat(java.util.concurrent.Callable<Boolean> condition, java.util.function.Supplier<String> otherwise) {
        try {
            await().atMost(SOON.plusMillis(100L * incidents.size()))
                    .pollInterval(Duration.ofMillis(20))
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new Unmet(otherwise.get(), e);
        }
    }

    /** Something that was waited for in vain. */
    static final class Unmet extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unmet(String words, Throwable cause) {
            super(words, cause);
        }
    }

    /** How many calls each waiting platform fault has hit, in their order. */
    List<Long> hits() throws Exception {
        var hits = new ArrayList<Long>();
        product.simulator("GET", "/faults", null)
                .path("faults")
                .forEach(fault -> hits.add(fault.path("hits").asLong()));
        return hits;
    }

    /** Lets time pass: for faults that are about how long something lasts. */
    static void last(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /** Heals everything, waits for every incident's end, and judges. */
    Map<Invariant, Verdict> judged() throws Exception {
        try {
            return judgedWhileFollowed();
        } finally {
            followUps.stop();
        }
    }

    private Map<Invariant, Verdict> judgedWhileFollowed() throws Exception {
        stage.heal();
        if (stage.workers.isEmpty()) {
            stage.requireWorkers(1);
        }
        try {
            awaitEnded(incidents, incidents.size());
            awaitThat(
                    () -> stage.topics.waiting(incidents) == 0,
                    () -> stage.topics.waiting(incidents) + " have ended and still wait");
        } catch (Unmet e) {
            violated(Invariant.I1, Objects.requireNonNullElse(e.getMessage(), "in vain"));
        }
        try {
            awaitFollowUps();
            awaitThat(
                    () -> stage.topics.waiting(incidents) == 0,
                    () -> stage.topics.waiting(incidents) + " have ended and still wait");
        } catch (Unmet e) {
            violated(Invariant.I12, Objects.requireNonNullElse(e.getMessage(), "in vain"));
        }
        stage.topics
                .withoutResult()
                .forEach(incident -> violated(Invariant.I12, incident + " was declared and has no result"));
        try {
            awaitThat(() -> lag().isEmpty(), this::lagWords);
        } catch (Unmet e) {
            violated(Invariant.I9, Objects.requireNonNullElse(e.getMessage(), "in vain"));
        }
        endings();
        var rooms = stage.rooms(incidents);
        rooms(rooms);
        var judge = new RoomJudge(rooms, stage.topics, this::violated);
        long firstMessages = judge.firstMessages(incidents);
        long updates = judge.updates(followUps.updates());
        long closings = judge.closings(followUps.resolutions()) + replayed(rooms);
        revisions();
        stage.commits.takeViolations().forEach(words -> violated(Invariant.I3, words));
        var leaks = stage.topics.leaks();
        leaks.forEach(where -> violated(Invariant.I7, "a secret is in " + where));
        stage.workerWatch.readLogs();
        stage.workerWatch.takeLeaks().forEach(where -> violated(Invariant.I7, "a secret is in " + where));
        stage.workerWatch.takeUnbounded().forEach(words -> violated(Invariant.I8, words));
        int stops;
        synchronized (stage.stops) {
            stops = stage.stops.size();
            stage.stops.stream()
                    .filter(took -> took.compareTo(WorkerWatch.longestStop()) >= 0)
                    .forEach(took -> violated(Invariant.I10, "a worker was still there " + took + " after SIGTERM"));
            stage.stops.clear();
        }
        var looks = new EnumMap<Invariant, Long>(Invariant.class);
        looks.put(Invariant.I1, (long) incidents.size());
        looks.put(Invariant.I2, (long) incidents.size());
        looks.put(Invariant.I3, stage.commits.looks() - commitLooksBefore);
        looks.put(Invariant.I4, (long) incidents.size());
        looks.put(Invariant.I5, (long) incidents.size());
        looks.put(Invariant.I7, stage.topics.records() - recordsBefore);
        looks.put(Invariant.I8, stage.workerWatch.looks() - workerLooksBefore);
        looks.put(Invariant.I9, 1L);
        looks.put(Invariant.I10, (long) stops);
        looks.put(Invariant.I11, firstMessages);
        looks.put(Invariant.I12, stage.topics.declaredIncidents());
        looks.put(Invariant.I13, updates);
        looks.put(Invariant.I14, closings);
        var verdicts = new EnumMap<Invariant, Verdict>(Invariant.class);
        looks.forEach((invariant, count) ->
                verdicts.put(invariant, new Verdict(count, violations.getOrDefault(invariant, List.of()))));
        return verdicts;
    }

    /** @param looks how often it could have been seen broken; 0 says that nothing was seen */
    record Verdict(long looks, List<String> violations) {}

    int incidents() {
        return incidents.size();
    }

    private void endings() {
        for (String incident : incidents) {
            var story = stage.topics.of(incident);
            boolean opened = story.endings.stream().anyMatch(Story.Ending::opened);
            boolean failed = story.endings.stream().anyMatch(ending -> !ending.opened());
            if (opened && failed) {
                violated(Invariant.I1, incident + " was opened and failed: " + story.endings);
            } else if (failed && !mayFail.contains(incident)) {
                violated(
                        Invariant.I1,
                        incident + " failed: " + story.endings.getFirst().why());
            }
            long ids =
                    story.endings.stream().map(Story.Ending::eventId).distinct().count();
            long updates =
                    story.endings.stream().map(Story.Ending::updates).distinct().count();
            if (ids > updates) {
                violated(Invariant.I1, incident + "'s results have " + ids + " event ids: " + story.endings);
            }
            if (story.waitedFor.contains("NO_APP")
                    && !withoutApp.contains(incident.substring(0, incident.indexOf('/')))) {
                violated(Invariant.I5, incident + " was told that there is no app, and there is one");
            }
        }
        int rejected = stage.topics.rejected() - rejectedBefore;
        if (rejected > mayBeRejected) {
            violated(Invariant.I1, rejected + " records were rejected, and " + mayBeRejected + " at most may be");
        }
    }

    /** Some updates and resolutions come once more, when nothing is in work; gives how many incidents were judged. */
    private long replayed(Map<String, List<JsonNode>> rooms) throws Exception {
        if (violations.containsKey(Invariant.I9) || violations.containsKey(Invariant.I12)) {
            return 0; // something is in work
        }
        var keys = followUps.updates().keySet().stream()
                .filter(key -> stage.topics.of(key).room != null)
                .sorted()
                .limit(REPLAYED)
                .toList();
        var before = RoomJudge.state(keys, rooms, stage.topics);
        followUps.replay(keys);
        try {
            awaitThat(() -> lag().isEmpty(), this::lagWords);
        } catch (Unmet e) {
            violated(Invariant.I9, Objects.requireNonNullElse(e.getMessage(), "in vain"));
        }
        stage.awaitRead();
        RoomJudge.state(keys, stage.rooms(keys), stage.topics).forEach((key, now) -> {
            if (!now.equals(before.get(key))) {
                violated(Invariant.I14, key + " was changed by a replay: " + before.get(key) + ", then " + now);
            }
        });
        return keys.size();
    }

    private void rooms(Map<String, List<JsonNode>> rooms) {
        var takenBy = new HashMap<String, String>();
        for (String incident : incidents) {
            var its = Stage.ids(rooms.getOrDefault(incident, List.of()));
            var named = stage.topics.of(incident).endings.stream()
                    .filter(Story.Ending::opened)
                    .map(Story.Ending::room)
                    .distinct()
                    .toList();
            if (its.size() > 1) {
                violated(Invariant.I2, incident + " has " + its.size() + " rooms " + its);
            }
            if (!named.equals(its) && !(named.isEmpty() && mayFail.contains(incident))) {
                violated(Invariant.I2, incident + "'s results name " + named + ", and there is " + its);
            }
            for (String room : its) {
                String other = takenBy.put(room, incident);
                if (other != null) {
                    violated(Invariant.I2, incident + " and " + other + " share the room " + room);
                }
            }
        }
    }

    /** An incident that was declared after another of its tenant had been opened with revision r is opened with r or later. */
    private void revisions() {
        var byTenant = incidents.stream().collect(Collectors.groupingBy(key -> key.substring(0, key.indexOf('/'))));
        byTenant.forEach((tenant, keys) -> {
            for (String later : keys) {
                var story = stage.topics.of(later);
                for (String earlier : keys) {
                    for (var ending : stage.topics.of(earlier).endings) {
                        for (var own : story.endings) {
                            if (own.opened()
                                    && ending.timestamp() < story.declaredAt
                                    && own.revision() < ending.revision()) {
                                violated(
                                        Invariant.I4,
                                        later + " was opened with revision " + own.revision() + " after " + earlier
                                                + " with " + ending.revision());
                            }
                        }
                    }
                }
            }
        });
    }

    /** Partitions that are not committed to their end, with how far they are. */
    Map<TopicPartition, String> lag() throws Exception {
        var behind = lag(stage.commits.committed(), partitions(product.topic(Topic.INCIDENT_DECLARED)));
        var followed = stage.commits.committedFollowUps();
        behind.putAll(lag(followed, partitions(product.topic(Topic.INCIDENT_UPDATED))));
        behind.putAll(lag(followed, partitions(product.topic(Topic.INCIDENT_RESOLVED))));
        return behind;
    }

    private Map<TopicPartition, String> lag(
            Map<TopicPartition, OffsetAndMetadata> committed, List<TopicPartition> partitions) throws Exception {
        var ends = stage.admin
                .listOffsets(partitions.stream().collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())))
                .all()
                .get();
        var behind = new HashMap<TopicPartition, String>();
        ends.forEach((partition, end) -> {
            var its = committed.get(partition);
            if (end.offset() > 0 && (its == null || its.offset() != end.offset())) {
                behind.put(partition, (its == null ? "nothing" : its.offset()) + " of " + end.offset());
            }
        });
        return behind;
    }

    /** The topic's partitions as they are now. */
    List<TopicPartition> partitions(String topic) throws Exception {
        return stage.admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                .flatMap(described -> described.partitions().stream())
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
    }

    private String lagWords() {
        try {
            return "not committed to the end: " + lag();
        } catch (Exception e) {
            return "not committed to the end, and the brokers do not say how far: " + e;
        }
    }
}
