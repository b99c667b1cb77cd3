-- SPDX-License-Identifier: GPL-3.0-only
-- Tables are updated in place.
local function build(n)
  local v = {}
  for i = 0, n - 1 do v[#v + 1] = i end
  return v
end
local function sum(v, n)
  local s = 0
  for i = 1, n do s = s + v[i] end
  return s
end
local function bump(v, n)
  for i = 1, n do v[i] = v[i] + 1 end
  return v
end
for _, n in ipairs {10, 1000, 100000, 1000000} do
  local s = 0
  for _ = 1, math.floor(1000000 / n) do s = s + sum(bump(build(n), n), n) end
  print(string.format("%d %d", n, s))
end
