package io.warroom.benchmarks;

import java.util.List;
import java.util.Set;

/** Measures one thing and its peers. */
public interface Comparison {

    /** The goals that it speaks of. */
    Set<String> ids();

    /**
     * Blocks for minutes.
     *
     * @param wanted goals; what only others need is not measured
     * @param runs how often everything is measured, at least 1
     */
    List<Verdict> measure(Set<String> wanted, int runs);
}
