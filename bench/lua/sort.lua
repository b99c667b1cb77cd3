-- SPDX-License-Identifier: GPL-3.0-only
-- table.sort works in place, so each sort gets a copy.
local function numbers(n)
  local v, x = {}, 42
  for i = 1, n do
    v[i] = x
    x = x * 16807 % 2147483647
  end
  return v
end
local function sorted(v, less)
  local copy = {}
  for i = 1, #v do copy[i] = v[i] end
  table.sort(copy, less)
  return copy
end
local v = numbers(300000)
local a = sorted(v)
local b = sorted(v, function(x, y) return x > y end)
print(a[1] .. " " .. a[300000] .. " " .. b[1] .. " " .. b[300000])
