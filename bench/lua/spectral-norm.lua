-- SPDX-License-Identifier: GPL-3.0-only
local function a(i, j)
  local ij = i + j
  return 1.0 / (ij * (ij + 1) * 0.5 + i + 1)
end
local function times(v, n, transposed)
  local out = {}
  for i = 0, n - 1 do
    local sum = 0.0
    for j = 0, n - 1 do
      sum = sum + (transposed and a(j, i) or a(i, j)) * v[j + 1]
    end
    out[i + 1] = sum
  end
  return out
end
local function at_a(v, n) return times(times(v, n, false), n, true) end
local n = 500
local u, v = {}, nil
for i = 1, n do u[i] = 1.0 end
for _ = 1, 10 do
  v = at_a(u, n)
  u = at_a(v, n)
end
local uv, vv = 0.0, 0.0
for k = 1, n do
  uv = uv + u[k] * v[k]
  vv = vv + v[k] * v[k]
end
print(string.format("%.9f", math.sqrt(uv / vv)))
