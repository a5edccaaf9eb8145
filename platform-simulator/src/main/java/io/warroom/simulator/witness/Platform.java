package io.warroom.simulator.witness;

/** The simulated platforms. */
public enum Platform {
    WECOM,
    DINGTALK,
    LARK
}
