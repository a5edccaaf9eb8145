package io.warroom.worker.intake;

import java.time.Duration;

/**
 * How much the intake takes on. Records that only wait for another one of their incident are not counted here; of those there may
 * be four times as many.
 *
 * @param perWorker incidents in flight at once in all partitions, at least 1
 * @param perPartition incidents in flight at once in one partition, at least 1
 * @param stuckAfter what is waited for longer turns health DOWN
 * @param shutdownGrace how long incidents in flight may still finish when the worker stops
 */
public record IntakeLimits(int perWorker, int perPartition, Duration stuckAfter, Duration shutdownGrace) {

    /** @throws IllegalArgumentException when one of them is below its least */
    public IntakeLimits {
        if (perWorker < 1 || perPartition < 1) {
            throw new IllegalArgumentException("at least one incident must be allowed in flight");
        }
        if (stuckAfter.isNegative() || stuckAfter.isZero() || shutdownGrace.isNegative()) {
            throw new IllegalArgumentException(
                    "stuckAfter must be longer than nothing, shutdownGrace at least nothing");
        }
    }
}
