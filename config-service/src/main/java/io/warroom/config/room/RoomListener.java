package io.warroom.config.room;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.listener.BatchMessageListener;

/**
 * Takes records from the topics into the table. It returns when all of them are stored or passed over; while the database or
 * the registry is away it throws, and the container calls it again with the same records until it returns. For one thread.
 */
final class RoomListener implements BatchMessageListener<byte[], byte[]> {

    private static final Logger log = LoggerFactory.getLogger(RoomListener.class);

    private final RoomRecords reader;
    private final RoomProjection projection;
    private boolean inTrouble;

    private record Taken(ConsumerRecord<byte[], byte[]> record, Heard heard) {}

    RoomListener(RoomRecords reader, RoomProjection projection) {
        this.reader = reader;
        this.projection = projection;
    }

    @Override
    public void onMessage(List<ConsumerRecord<byte[], byte[]>> records) {
        try {
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
