/** DingTalk's two API families as its public pages describe them. */
@NullMarked
package io.warroom.simulator.dingtalk;

import org.jspecify.annotations.NullMarked;
