package io.warroom.config.operations;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.jdbi.v3.core.Handle;

/** The tables that the service itself reads from the topics: emptied ones are read anew when their groups' offsets are gone. */
final class ReadModels {

    private final Admin admin;
    private final List<Model> models;

    /** @param table empty when it was never read, or lost */
    record Model(String table, String group) {}

    ReadModels(Admin admin, List<Model> models) {
        this.admin = admin;
        this.models = List.copyOf(models);
    }

    /** Sees to it that the service reads what is lost, from the beginning. */
    void readAnew(Handle session, boolean dryRun, Report report) {
        for (var model : models) {
            boolean lost = session.createQuery("SELECT NOT EXISTS (SELECT 1 FROM " + model.table() + ")")
                    .mapTo(Boolean.class)
                    .one();
            if (lost && hasOffsets(model.group())) {
                if (!dryRun) {
                    forget(model.group());
                }
                report.line("reread", model.table() + ": read from its topics when the service starts");
            }
        }
    }

    private boolean hasOffsets(String group) {
        return !get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .isEmpty();
    }

    private void forget(String group) {
        try {
            get(admin.deleteConsumerGroups(List.of(group)).all());
        } catch (OperationFailedException e) {
            if (e.getCause() instanceof GroupNotEmptyException) {
                throw new OperationFailedException(
                        "the consumer group " + group + " has members: a config service runs. Stop all instances.", e);
            }
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationFailedException("interrupted: run it again", e);
        } catch (ExecutionException e) {
            throw new OperationFailedException(
                    "the broker refused: " + e.getCause(), Objects.requireNonNullElse(e.getCause(), e));
        }
    }
}
