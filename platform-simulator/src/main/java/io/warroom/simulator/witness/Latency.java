package io.warroom.simulator.witness;

import java.util.random.RandomGenerator;

/**
 * How late answers are. {@code low} and {@code high} are milliseconds: of a fixed one both the same, of a uniform one its bounds,
 * of a lognormal one its 50th and 99th percentile.
 */
public record Latency(Shape shape, int low, int high) {
    /** Nothing is later than ten minutes. */
    static final int MOST_MILLIS = 600_000;

    /** The 99th percentile of the standard normal distribution. */
    private static final double Z99 = 2.326347874;

    /** Known distributions. */
    public enum Shape {
        FIXED,
        UNIFORM,
        LOGNORMAL
    }

    static final Latency NONE = fixed(0);

    static Latency fixed(int millis) {
        return new Latency(Shape.FIXED, millis, millis);
    }

    /** Gives one, in milliseconds. */
    public long draw(RandomGenerator random) {
        return switch (shape) {
            case FIXED -> low;
            case UNIFORM -> random.nextInt(low, high + 1);
            case LOGNORMAL ->
                Math.min(
                        MOST_MILLIS,
                        Math.round(low * Math.exp(Math.log((double) high / low) / Z99 * random.nextGaussian())));
        };
    }
}
