package io.warroom.worker.ledger;

import io.warroom.worker.opening.Waiting;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One partition's incidents, by key {@code tenantId/incidentId}: the last record of each. One thread applies, any number
 * look up.
 */
final class PartitionLedger {

    private final Map<String, ConsumerRecord<byte[], byte[]>> results = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Waiting> waiting = new ConcurrentSkipListMap<>();
    private final CompletableFuture<Void> restored = new CompletableFuture<>();

    /** Done once, when everything that was in the topics at the start has been read. */
    CompletableFuture<Void> restored() {
        return restored;
    }

    void ended(String key, ConsumerRecord<byte[], byte[]> result) {
        results.put(key, result);
    }

    /** The result expired, or was erased. */
    void forgetResult(String key) {
        results.remove(key);
    }

    void waits(String key, Waiting one) {
        waiting.put(key, one);
    }

    void waitsNoLonger(String key) {
        waiting.remove(key);
    }

    Optional<ConsumerRecord<byte[], byte[]>> result(String key) {
        return Optional.ofNullable(results.get(key));
    }

    Optional<Waiting> waiting(String key) {
        return Optional.ofNullable(waiting.get(key));
    }

    /** Those of one tenant. */
    Collection<Waiting> waitingOf(String tenantId) {
        // '0' is the character behind '/'.
        return waiting.subMap(tenantId + "/", tenantId + "0").values();
    }

    Collection<Waiting> allWaiting() {
        return waiting.values();
    }
}
