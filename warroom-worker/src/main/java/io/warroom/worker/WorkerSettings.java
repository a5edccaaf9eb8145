package io.warroom.worker;

import io.warroom.worker.intake.IntakeLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The worker's own settings, under {@code warroom}. Defaults are here and nowhere else.
 *
 * @param schemaRegistryUrl any Confluent-compatible registry; no default
 * @param topics the topics' names
 * @param sealing the private keys
 * @param platform where platforms may be
 * @param opening how an incident is opened
 * @param intake how much is taken on at once
 */
@ConfigurationProperties("warroom")
record WorkerSettings(
        String schemaRegistryUrl,
        @DefaultValue Topics topics,
        Sealing sealing,
        @DefaultValue Platform platform,
        @DefaultValue Opening opening,
        @DefaultValue Intake intake) {

    /** @param prefix before every topic's name, may be empty */
    record Topics(@DefaultValue("") String prefix) {}

    /** @param privateKeyset path of a Tink JSON keyset whose public half the config service seals with; no default */
    record Sealing(Path privateKeyset) {}

    /** @param allowedBaseUrls base URLs besides the platforms' own regions, each to the letter */
    record Platform(@DefaultValue List<String> allowedBaseUrls) {
        Platform {
            allowedBaseUrls = List.copyOf(allowedBaseUrls);
        }
    }

    /**
     * How an incident is opened.
     *
     * @param deadline how long one incident is tried before it fails
     */
    record Opening(@DefaultValue("10m") Duration deadline) {
        Opening {
            if (deadline.isNegative() || deadline.isZero()) {
                throw new IllegalArgumentException("warroom.opening.deadline must be longer than nothing");
            }
        }
    }

    /**
     * How much is taken on at once.
     *
     * @param perWorker incidents in flight in all partitions, 1 to 100000
     * @param perPartition incidents in flight in one partition, 1 to 10000
     * @param stuckAfter a record in flight for longer turns health DOWN; longer than the opening's deadline
     * @param shutdownGrace how long incidents in flight may still finish when the worker stops
     */
    record Intake(
            @DefaultValue("5000") int perWorker,
            @DefaultValue("1000") int perPartition,
            @DefaultValue("15m") Duration stuckAfter,
            @DefaultValue("10s") Duration shutdownGrace) {
        Intake {
            if (perWorker < 1 || perWorker > 100_000) {
                throw new IllegalArgumentException("warroom.intake.per-worker must be 1 to 100000");
            }
            if (perPartition < 1 || perPartition > 10_000) {
                throw new IllegalArgumentException("warroom.intake.per-partition must be 1 to 10000");
            }
        }

        IntakeLimits limits() {
            return new IntakeLimits(perWorker, perPartition, stuckAfter, shutdownGrace);
        }
    }
}
