/* SPDX-License-Identifier: GPL-3.0-only */
/* A program on the port that refuses: vm_init answers false. */
#include "run/vm.h"

int main(int argc, char **argv)
{
    return vm_init() ? vm_main(argc - 1, argv + 1) : 1;
}
