package io.warroom.benchmarks.intake;

import java.util.SplittableRandom;

/** How long the platform takes over an incident, the same in every run and for every peer. */
enum SimulatedCalls {
    /** 100 ms, always. */
    EVEN,
    /** Lognormal around 250 ms (sigma 0.5). */
    SPREAD,
    /** As {@link #SPREAD}, and one incident in a hundred takes five seconds more. */
    STRAGGLERS;

    private static final long SEED = 20261121;

    /** In milliseconds, for the incident of this number. */
    long millis(long incident) {
        if (this == EVEN) {
            return 100;
        }
        var random = new SplittableRandom(SEED + incident * 0x9E3779B97F4A7C15L);
        double spread = 250 * Math.exp(0.5 * random.nextGaussian());
        boolean straggles = this == STRAGGLERS && random.nextInt(100) == 0;
        return Math.round(spread) + (straggles ? 5_000 : 0);
    }

    /** In seconds, over the first {@code incidents}. */
    double meanSeconds(int incidents) {
        long sum = 0;
        for (long incident = 0; incident < incidents; incident++) {
            sum += millis(incident);
        }
        return sum / 1e3 / incidents;
    }

    /** Blocks for as long as the platform would. */
    void make(long incident) throws InterruptedException {
        Thread.sleep(millis(incident));
    }
}
