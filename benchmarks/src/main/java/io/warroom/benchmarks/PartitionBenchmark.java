package io.warroom.benchmarks;

import io.warroom.topic.TenantPartitioner;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The tenant's partition from a record key, beside Kafka's own partition of the whole key. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PartitionBenchmark {

    private final byte[] key = "tenant-17/INC-2026117".getBytes(StandardCharsets.UTF_8);

    /** The peer: murmur2 of all the key's bytes. */
    @Benchmark
    public int kafkasOwn() {
        return BuiltInPartitioner.partitionForKey(key, 12);
    }

    /** Ours: murmur2 of what stands before the slash, from the bytes that a producer hands over. */
    @Benchmark
    public int tenants() {
        return TenantPartitioner.partitionOf(TenantPartitioner.tenantOf(new String(key, StandardCharsets.UTF_8)), 12);
    }
}
