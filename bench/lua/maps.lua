-- SPDX-License-Identifier: GPL-3.0-only
-- Tables are updated in place.
local function build(n)
  local m = {}
  for i = 0, n - 1 do m[i * 7] = i end
  return m
end
local function sum(m, n)
  local s = 0
  for i = 0, n - 1 do s = s + m[i * 7] end
  return s
end
local function bump(m, n)
  for i = 0, n - 1 do m[i * 7] = m[i * 7] + 1 end
  return m
end
for _, n in ipairs {10, 1000, 100000, 1000000} do
  local s = 0
  for _ = 1, math.floor(1000000 / n) do s = s + sum(bump(build(n), n), n) end
  print(string.format("%d %d", n, s))
end
