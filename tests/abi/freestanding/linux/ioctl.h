/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device.h only defines macros by it. */
