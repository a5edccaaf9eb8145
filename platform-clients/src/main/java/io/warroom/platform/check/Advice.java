package io.warroom.platform.check;

import io.warroom.platform.AppFinding;

/**
 * What a refusal means for an app's set-up.
 *
 * @param remedy what an administrator must do, and where in the platform's console
 */
public record Advice(AppFinding.Code code, String remedy) {}
