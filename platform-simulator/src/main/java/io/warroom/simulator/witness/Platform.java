package io.warroom.simulator.witness;

/** The simulated platforms. */
public enum Platform {
    WECOM("enterpriseId"),
    DINGTALK("clientId"),
    LARK("appId");

    /** The app parameter that says which app it is. */
    final String identity;

    Platform(String identity) {
        this.identity = identity;
    }
}
