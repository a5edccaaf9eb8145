package io.warroom.config.room;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;

/**
 * Takes records from the topics into the table. It returns when all of them are stored or passed over; while the database or
 * the registry is away it throws, and the container calls it again with the same records until it returns. A topic that was made anew it
 * reads from its beginning: it looks whenever partitions are given to it. For one thread, but for {@link #isBehind}.
 */
final class RoomListener implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener {

    private static final Logger log = LoggerFactory.getLogger(RoomListener.class);

    private final RoomRecords reader;
    private final RoomProjection projection;
    private final TopicEras eras;
    private volatile @Nullable Map<String, Integer> known;
    private boolean looked;
    private boolean inTrouble;

    private record Taken(ConsumerRecord<byte[], byte[]> record, Heard heard) {}

    RoomListener(RoomRecords reader, RoomProjection projection, TopicEras eras) {
        this.reader = reader;
        this.projection = projection;
        this.eras = eras;
    }

    /** Whether topics have begun eras that this listener does not know of. */
    boolean isBehind(Map<String, Integer> now) {
        var before = known;
        return before != null && !begunBetween(before, now).isEmpty();
    }

    private static Set<String> begunBetween(Map<String, Integer> before, Map<String, Integer> now) {
        return now.keySet().stream()
                .filter(topic -> now.getOrDefault(topic, 0) > before.getOrDefault(topic, 0))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Its topics may be others now. What cannot be known at this moment is asked again before the next records are taken. */
    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        looked = false;
        try {
            var _ = goBackWhereMadeAnew(consumer);
        } catch (JdbiException | TopicEras.TopicsUnknownException e) {
            log.atDebug().setCause(e).log("Whether a topic was made anew is looked at with its next records");
        }
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> all, @Nullable Consumer<?, ?> consumer) {
        try {
            var anew = goBackWhereMadeAnew(requireNonNull(consumer));
            // Theirs come again.
            var records = all.stream()
                    .filter(record -> !anew.contains(record.topic()))
                    .toList();
            var byTenant = new LinkedHashMap<String, List<Taken>>();
            for (var record : records) {
                reader.read(record)
                        .ifPresent(heard -> byTenant.computeIfAbsent(heard.tenantId(), _ -> new ArrayList<>())
                                .add(new Taken(record, heard)));
            }
            byTenant.forEach(this::store);
        } catch (RuntimeException e) {
            if (!inTrouble) {
                inTrouble = true;
                log.atWarn().setCause(e).log("War rooms cannot be stored; their records are kept and tried again");
            }
            throw e;
        }
        if (inTrouble) {
            inTrouble = false;
            log.info("War rooms are stored again");
        }
    }

    /** Goes back to the beginning of topics that have begun an era which this listener did not know of. @return which */
    private Set<String> goBackWhereMadeAnew(Consumer<?, ?> consumer) {
        if (looked) {
            return Set.of();
        }
        var remembered = known;
        var before = remembered == null ? eras.known() : remembered;
        var now = eras.now();
        var anew = begunBetween(before, now);
        var partitions = consumer.assignment().stream()
                .filter(partition -> anew.contains(partition.topic()))
                .toList();
        // Of none it would be the beginning of all.
        if (!partitions.isEmpty()) {
            consumer.seekToBeginning(partitions);
        }
        reader.areOf(now);
        known = now;
        looked = true;
        return anew;
    }

    private void store(String tenant, List<Taken> taken) {
        try {
            projection.hear(tenant, taken.stream().map(Taken::heard).toList());
        } catch (JdbiException e) {
            if (!isAboutTheValue(e)) {
                throw e;
            }
            taken.forEach(one -> storeAlone(tenant, one));
        }
    }

    /** One value that no table takes must not keep all others waiting. */
    private void storeAlone(String tenant, Taken one) {
        try {
            projection.hear(tenant, List.of(one.heard()));
        } catch (JdbiException e) {
            if (!isAboutTheValue(e)) {
                throw e;
            }
            reader.passOver(
                    one.record(),
                    "the database does not take it: " + e.getClass().getSimpleName());
        }
    }

    /** SQL states 22 (data exception), 23 (integrity constraint) and 54 (program limit): the same value fails again. */
    private static boolean isAboutTheValue(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            var state = cause instanceof SQLException sql ? sql.getSQLState() : null;
            if (state != null && (state.startsWith("22") || state.startsWith("23") || state.startsWith("54"))) {
                return true;
            }
        }
        return false;
    }
}
